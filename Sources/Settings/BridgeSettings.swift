package import Routing

/// Everything that can be configured, with the defaults that hold where nothing is said.
///
/// One struct for each section of the file. `docs/configuration.md` describes every option; it is generated from the
/// same declarations that read the file (`Sections.swift`).
package struct BridgeSettings: Sendable {
    /// The section `smtp:`.
    package var smtp = SMTPSettings()
    /// The section `tls:`.
    package var tls = TLSSettings()
    /// The section `auth:`.
    package var auth = AuthSettings()
    /// The section `authentication:`.
    package var authentication = AuthenticationSettings()
    /// The section `scanners:`.
    package var scanners: [ScannerSettings] = []
    /// The section `spool:`.
    package var spool = SpoolSettings()
    /// The section `admin:`.
    package var admin = AdminSettings()
    /// The section `public:`.
    package var publicSite = PublicSettings()
    /// The section `dns:`.
    package var dns = DNSSettings()
    /// The section `log:`.
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
