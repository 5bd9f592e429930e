#pragma once

/// How many lookups hang at the moment.
int slow_names_hanging(void);

/// How many lookups of names under `.counted.here.test` there have been.
int slow_names_lookups(void);
