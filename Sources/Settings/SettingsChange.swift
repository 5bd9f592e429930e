/// What a reload changes: one option, by its path.
package struct SettingsChange: Equatable, Sendable {
    /// The option's path: `endpoints.app.timeout`, `routes.support.deliver`.
    package let path: String
    /// What it was, secrets as stars; `nil` when it was not there.
    package let old: String?
    /// What it is, secrets as stars; `nil` when it is gone.
    package let new: String?

    /// Whether the change cannot be made in a running process, so that the reload is refused.
    package var needsRestart: Bool { Availability.needsRestart.contains(path) }
}

extension SettingsChange: CustomStringConvertible {
    /// `endpoints.app.timeout: 30s → 1m`.
    package var description: String {
        switch (old, new) {
        case (let old?, let new?) where old != new: "\(path): \(old) → \(new)"
        case (_?, _?): "\(path): changed"
        case (nil, let new?): "\(path): added, \(new)"
        case (let old?, nil): "\(path): removed, was \(old)"
        case (nil, nil): path
        }
    }
}

extension BridgeSettings {
    /// What differs from `running`, in the order of the options.
    package func changes(from running: BridgeSettings) -> [SettingsChange] {
        let (before, after) = (Flattened(running.shown), Flattened(shown))
        let gone = before.paths.filter { after.values[$0] == nil }
        return (after.paths + gone).compactMap { path in
            let (old, new) = (before.values[path], after.values[path])
            return old == new ? nil : SettingsChange(path: path, old: old?.flow, new: new?.flow)
        }
    }
}

/// Every leaf of settings by its path.
private struct Flattened {
    private(set) var paths: [String] = []
    private(set) var values: [String: Shown] = [:]

    init(_ shown: Shown) {
        add(shown, at: "")
    }

    private mutating func add(_ shown: Shown, at path: String) {
        switch shown {
        case .map(let members) where !members.isEmpty:
            for member in members { add(member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)") }
        case .list(let items) where items.contains { $0.isMap }:
            for (index, item) in items.enumerated() { add(item, at: "\(path).\(item.name ?? String(index + 1))") }
        case .null, .text, .secret, .list, .map:
            paths.append(path)
            values[path] = shown
        }
    }
}

extension Shown {
    fileprivate var isMap: Bool {
        if case .map = self { true } else { false }
    }

    /// The `name` of a map that has one.
    fileprivate var name: String? {
        guard case .map(let members) = self, case .text(let name)? = members.first(where: { $0.key == "name" })?.value
        else { return nil }
        return name.isEmpty ? nil : name
    }
}
