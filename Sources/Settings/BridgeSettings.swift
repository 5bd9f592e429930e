package import Routing

/// Everything that can be configured, with the defaults that hold where nothing is said.
///
/// One struct for each section of the file. `docs/configuration.md` describes every option; it is generated from the
/// same declarations that read the file (`Sections.swift`).
package struct BridgeSettings: Sendable {
    /// `smtp:`
    package var smtp = SMTPSettings()
    /// `tls:`
    package var tls = TLSSettings()
    /// `auth:`
    package var auth = AuthSettings()
    /// `authentication:`
    package var authentication = AuthenticationSettings()
    /// `scanners:`
    package var scanners: [ScannerSettings] = []
    /// `spool:`
    package var spool = SpoolSettings()
    /// `admin:`
    package var admin = AdminSettings()
    /// `public:`
    package var publicSite = PublicSettings()
    /// `dns:`
    package var dns = DNSSettings()
    /// `log:`
    package var log = LogSettings()
    /// The account that the process becomes once its sockets are bound; `nil`: it stays what it is.
    package var user: String?
    /// `endpoints:`, in the order of the file.
    package var endpoints: [EndpointSettings] = []
    /// `routes:`, in order.
    package var routes: [RouteSettings] = []

    /// The defaults.
    package init() {}

    /// The rules of `routes:`, ready for look-ups.
    package var routingTable: RoutingTable {
        RoutingTable(rules: routes.map(\.rule), subaddress: smtp.subaddress)
    }
}
