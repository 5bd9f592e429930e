extension Checks {
    /// Blocklists and greylisting that cannot work as they are written.
    mutating func checkScreening() {
        let grey = settings.smtp.greylisting
        if grey.enabled, grey.window <= grey.delay {
            reading.error(
                place("greylisting"), "\"smtp.greylisting.window\" must be longer than \"delay\"",
                "who comes again after the delay would be new again")
        }
        var names: Set<String> = []
        for list in settings.smtp.blocklists.zones where !list.zone.isEmpty {
            if !names.insert(list.zone).inserted {
                reading.error(place("blocklists"), "the blocklist \"\(list.zone)\" is named twice")
            }
        }
        let most = settings.smtp.blocklists.zones.reduce(0) { $0 + max(0, $1.weight) }
        if !names.isEmpty, most < settings.smtp.blocklists.threshold {
            reading.warning(
                place("blocklists"),
                "all blocklists together count \(most), below the threshold of \(settings.smtp.blocklists.threshold): nobody is refused"
            )
        }
    }

    private func place(_ section: String) -> Place? {
        tree["smtp"]?[section]?.place ?? key("smtp")
    }
}
