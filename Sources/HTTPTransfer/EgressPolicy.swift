/// Which addresses a transfer may reach.
///
/// The address that is dialled is judged, never the name: a name that changes its mind between check and use
/// gains nothing, and a connection that is reused is judged again.
package struct EgressPolicy: Hashable, Sendable {
    /// Whether `AddressReach.restricted` is allowed.
    package var allowsRestricted: Bool

    /// Only addresses that reach the whole Internet.
    package static let publicOnly = EgressPolicy(allowsRestricted: false)
    /// This machine and this network too; what is forbidden stays forbidden.
    package static let privateToo = EgressPolicy(allowsRestricted: true)

    /// A policy that allows restricted addresses or not.
    package init(allowsRestricted: Bool) {
        self.allowsRestricted = allowsRestricted
    }

    /// Whether `address` may be reached.
    package func allows(_ address: NumericAddress) -> Bool {
        switch address.reach {
        case .global: true
        case .restricted: allowsRestricted
        case .forbidden: false
        }
    }

    /// Whether the operator, who wrote `url` in a file, environment or flag, has thereby allowed its own host: it is
    /// `localhost`, a restricted address, or a name without a dot.
    ///
    /// A redirect is never followed and captures never stand in the host, so the allowance cannot wander.
    package static func isNamedLiterally(in url: String) -> Bool {
        guard let parsed = try? WebURL(url) else { return false }
        if let address = parsed.address { return address.reach == .restricted }
        return parsed.host == "localhost" || !parsed.host.contains(".")
    }
}
