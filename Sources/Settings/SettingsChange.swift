/// What a reload changes: one option, by its path.
package struct SettingsChange: Equatable, Sendable {
    /// The option's path: `endpoints.app.timeout`, `routes.support.deliver`.
    package let path: String
    /// What it was, secrets as stars; `nil` when it was not there, `there` when it was a map.
    package let old: String?
    /// What it is, secrets as stars; `nil` when it is gone, `there` when it is a map.
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
        case (nil, _?): "\(path): added"
        case (_?, nil): "\(path): removed"
        case (nil, nil): path
        }
    }
}

extension BridgeSettings {
    /// What differs from `running`, in the order of the options; what is new or gone as a whole is one change.
    package func changes(from running: BridgeSettings) -> [SettingsChange] {
        let (before, after) = (Flattened(running.shown), Flattened(shown))
        let gone = before.leaves.filter { !after.paths.contains($0.path) }
        var seen: Set<String> = []
        return (after.leaves + gone).compactMap { leaf in
            let (old, new) = (before.values[leaf.path], after.values[leaf.path])
            guard old != new else { return nil }
            let other = old == nil ? before : after
            let top = leaf.ancestors.first { !other.paths.contains($0) && (old == nil || new == nil) }
            guard let top else { return SettingsChange(path: leaf.path, old: old?.flow, new: new?.flow) }
            guard seen.insert(top).inserted else { return nil }
            return SettingsChange(path: top, old: old.map { _ in "there" }, new: new.map { _ in "there" })
        }
    }
}

/// Every leaf of settings by its path.
private struct Flattened {
    /// A scalar, a list of scalars, or an empty map.
    struct Leaf {
        let path: String
        let ancestors: [String]
    }

    private(set) var leaves: [Leaf] = []
    private(set) var values: [String: Shown] = [:]
    /// The paths of leaves and of what holds them.
    private(set) var paths: Set<String> = []

    init(_ shown: Shown) {
        add(shown, at: "", in: [])
    }

    private mutating func add(_ shown: Shown, at path: String, in ancestors: [String]) {
        paths.insert(path)
        switch shown {
        case .map(let members) where !members.isEmpty:
            for member in members {
                add(
                    member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)",
                    in: ancestors + [path])
            }
        case .list(let items) where items.contains { $0.isMap }:
            for (index, item) in items.enumerated() {
                add(item, at: "\(path).\(item.name ?? String(index + 1))", in: ancestors + [path])
            }
        case .null, .text, .secret, .list, .map:
            leaves.append(Leaf(path: path, ancestors: ancestors))
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
        guard case .map(let members) = self,
            case .text(let name)? = members.first(where: { $0.key == "name" })?.value
        else { return nil }
        return name.isEmpty ? nil : name
    }
}
