import Synchronization
import Telemetry
import Testing

@Suite struct RegistryTests {
    @Test func `a series is declared once and counted wherever it is asked for`() {
        let registry = Registry()
        registry.counter("mail_total", help: "Mail.", labels: [Label("endpoint", "app")]).add(2)
        registry.counter("mail_total", help: "Mail.", labels: [Label("endpoint", "app")]).add()
        registry.counter("mail_total", help: "Mail.", labels: [Label("endpoint", "a\"b\\c\nd")]).add()
        #expect(
            registry.prometheus() == """
                # HELP mail_total Mail.
                # TYPE mail_total counter
                mail_total{endpoint="a\\"b\\\\c\\nd"} 1
                mail_total{endpoint="app"} 3

                """)
    }

    @Test func `gauges rise, fall and are computed`() {
        let registry = Registry()
        let level = registry.gauge("level", help: "Level.")
        level.set(5)
        level.add(-2)
        registry.gauge("share", help: "Share.") { 0.5 }
        #expect(registry.prometheus().contains("\nlevel 3\n"))
        #expect(registry.prometheus().contains("\nshare 0.5\n"))
        #expect(registry.catalogue().map(\.name) == ["level", "share"])
    }

    @Test func `series that come and go are asked for at each reading`() {
        let registry = Registry()
        let names = Mutex(["app", "b\"b"])
        registry.gauges("backlog", help: "Backlog.") {
            names.withLock(\.self).map { Sample([Label("endpoint", $0)], 1) }
        }
        registry.counter("work_total", help: "Work.") { 2.5 }
        #expect(
            registry.prometheus() == """
                # HELP backlog Backlog.
                # TYPE backlog gauge
                backlog{endpoint="app"} 1.0
                backlog{endpoint="b\\"b"} 1.0
                # HELP work_total Work.
                # TYPE work_total counter
                work_total 2.5

                """)
        names.withLock { $0 = ["app"] }
        #expect(!registry.prometheus().contains(#"b\"b"#))
        #expect(registry.catalogue().map(\.kind) == ["gauge", "counter"])
    }

    @Test func `a histogram's steps are summed up`() {
        let registry = Registry()
        let times = registry.histogram("wait_seconds", help: "Wait.")
        for wait in [Duration.microseconds(400), .milliseconds(2), .seconds(100)] { times.observe(wait) }
        let text = registry.prometheus()
        #expect(text.contains("wait_seconds_bucket{le=\"0.0005\"} 1\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.0025\"} 2\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"60.0\"} 2\n"))
        #expect(
            text.contains(
                "wait_seconds_bucket{le=\"+Inf\"} 3\nwait_seconds_sum 100.0024\nwait_seconds_count 3\n"))
    }
}
