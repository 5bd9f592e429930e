import Admin

extension SpoolCommands {
    /// `endpoints list`.
    package func listEndpoints() async throws {
        try await show(get("endpoints"), endpointTable)
    }

    /// `endpoints pause|resume`.
    package func change(endpoint: String, _ action: String) async throws {
        try await show(ControlRequest(.post, "/api/v1/endpoints/\(endpoint)/\(action)"), endpointTable)
    }

    private func endpointTable(_ view: EndpointListView) -> [String] {
        var table = Table(
            "ENDPOINT", "STATE", "IN FLIGHT", "WAITING", "HELD", "DEAD", "OLDEST", "UNTIL", "URL",
            "LAST ERROR")
        for endpoint in view.endpoints {
            table.add(
                endpoint.name, endpoint.state, cell(endpoint.inFlight), cell(endpoint.waiting),
                cell(endpoint.held), cell(endpoint.dead),
                endpoint.oldestWaitingSeconds.map(shortSpan) ?? "-", endpoint.blockedUntil ?? "-",
                endpoint.url ?? "-", endpoint.reason ?? "")
        }
        return table.lines
    }

    private func cell(_ number: Int?) -> String { number.map(String.init) ?? "-" }
}

/// A span of `seconds` in its two largest units: `45s`, `12m5s`, `3h12m`, `5d4h`.
private func shortSpan(_ seconds: Int) -> String {
    let parts = [
        (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
    ]
    let largest = parts.firstIndex { $0.0 > 0 } ?? parts.count - 1
    let shown = parts[largest..<min(largest + 2, parts.count)].filter { $0.0 > 0 }
    return shown.isEmpty ? "0s" : shown.map { "\($0.0)\($0.1)" }.joined()
}
