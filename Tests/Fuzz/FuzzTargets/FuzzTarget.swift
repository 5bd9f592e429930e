/// A parser of foreign octets, as a function that must come back from whatever it is given.
///
/// Each room lists its own in a file of its name; `all` has them all. `FuzzTests` replays `Tests/Fuzz/Corpus/NAME` in
/// every build, and `transom-fuzz NAME` (with FUZZ=1) lets libFuzzer look for more.
package struct FuzzTarget: Sendable {
    /// The name, which is also that of its folder in the corpus.
    package let name: String
    /// Parses the octets; a trap is a finding.
    package let parse: @Sendable ([UInt8]) -> Void

    /// The target `name`.
    init(_ name: String, _ parse: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.parse = parse
    }

    /// Every target.
    package static let all: [FuzzTarget] = smtp + dns + fields + mime
}
