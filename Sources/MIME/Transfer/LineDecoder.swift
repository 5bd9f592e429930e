/// Decodes one line after the other.
package protocol LineDecoder {
    /// Decodes `line`, which ends with its line feed; without one it is the last line, or a piece of one
    /// without end.
    mutating func decode(line: Span<UInt8>, into output: inout [UInt8])

    /// Ends the data.
    mutating func finish(into output: inout [UInt8])
}
