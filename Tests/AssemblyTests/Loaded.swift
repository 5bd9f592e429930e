import Settings

/// Settings out of YAML, on a machine that has only this file; `nil` when there are errors.
func load(_ yaml: String) -> LoadedSettings {
    let surroundings = Surroundings(
        environment: [:], hostname: "host.example",
        readFile: { path throws(FileProblem) in
            guard path == "transom.yaml" else { throw .missing }
            return FileContents(octets: Array(yaml.utf8))
        }, listFolder: { _ in [] }, isWritable: { _ in true }, mayListen: { _ in true })
    return SettingsLoader(surroundings).load(.file("transom.yaml"))
}

/// A secret as configurations have it.
let secret = "whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4="

/// The smallest configuration there is, with more behind it.
func minimal(_ more: String = "") -> String {
    """
    smtp: { hostname: mx.example.com, listeners: [ { name: mx, address: "127.0.0.1:0", mode: mx } ] }
    endpoints: { app: { url: "https://app.example.com/", secret: \(secret) } }
    routes: [ { match: { recipient: "*@example.com" }, deliver: [app] } ]
    \(more)
    """
}
