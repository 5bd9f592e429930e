/// Decodes BinHex 4.0, as in `application/mac-binhex40`: the data fork of a Macintosh file.
///
/// RFC 1741 §3 and Appendix A.
///
/// The characters between two colons give six bits each; the octets made of them are run-length coded (0x90
/// repeats the one before); those make a header (name, type, creator, lengths), its CRC, the data fork, its
/// CRC and the resource fork.
package struct BinHexDecoder {
    private enum State {
        case beforeData, inData, ended
    }

    /// Octets of a data fork that are given: run-length coding makes much out of little.
    static let longestFork = 32 << 20

    /// The name in the header.
    package private(set) var name: [UInt8] = []
    /// Whether the data was cut off, is not BinHex, or a checksum is wrong.
    package var isDamaged: Bool { isWrong || remaining != 0 || !isHeaderRead }

    private var state = State.beforeData
    private var isAtLineStart = true
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var previous: UInt8 = 0
    private var isRepeating = false
    private var header: [UInt8] = []
    private var isHeaderRead = false
    private var isWrong = false
    private var remaining = 0
    private var size = 0
    private var crcOctets = 0
    private var checksum = CRC16()

    /// A decoder of BinHex.
    package init() {}

    /// Decodes `input`, any piece of the data.
    package mutating func decode(_ input: Span<UInt8>, into output: inout [UInt8]) {
        for index in input.indices where state != .ended {
            let octet = input[index]
            switch state {
            case .beforeData:
                if octet == UInt8(ascii: ":"), isAtLineStart { state = .inData }
            case .inData where octet == UInt8(ascii: ":"):
                state = .ended
            case .inData:
                takeCharacter(octet, into: &output)
            case .ended:
                break
            }
            isAtLineStart = octet == 0x0A || octet == 0x0D
        }
    }

    private mutating func takeCharacter(_ character: UInt8, into output: inout [UInt8]) {
        guard character > 0x20 else { return }
        let value = Self.values[Int(character)]
        guard value < 64 else {
            isWrong = true
            return
        }
        bits = bits << 6 | UInt32(value)
        bitCount += 6
        guard bitCount >= 8 else { return }
        bitCount -= 8
        expand(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)), into: &output)
    }

    private mutating func expand(_ octet: UInt8, into output: inout [UInt8]) {
        if isRepeating {
            isRepeating = false
            if octet == 0 {
                take(0x90, into: &output)
                previous = 0x90
            } else {
                for _ in 1..<octet { take(previous, into: &output) }
            }
        } else if octet == 0x90 {
            isRepeating = true
        } else {
            take(octet, into: &output)
            previous = octet
        }
    }

    private mutating func take(_ octet: UInt8, into output: inout [UInt8]) {
        if !isHeaderRead {
            takeHeader(octet)
        } else if remaining > 0 {
            remaining -= 1
            checksum.add(octet)
            size += 1
            if size <= Self.longestFork { output.append(octet) }
        } else if crcOctets < 2 {
            checkCRC(octet)
        } else {
            state = .ended
        }
    }

    private mutating func checkCRC(_ octet: UInt8) {
        let expected = checksum.value >> (crcOctets == 0 ? 8 : 0)
        if octet != UInt8(truncatingIfNeeded: expected) { isWrong = true }
        crcOctets += 1
    }

    /// The header: length and name, a NUL, type, creator, flags, both fork lengths, and a CRC over all that.
    private mutating func takeHeader(_ octet: UInt8) {
        header.append(octet)
        let nameLength = Int(header[0])
        let total = nameLength + 22
        guard header.count == total else { return }
        name = Array(header[1..<1 + nameLength])
        let lengths = nameLength + 12
        remaining = header[lengths..<lengths + 4].reduce(0) { $0 << 8 | Int($1) }
        if remaining > Self.longestFork { isWrong = true }
        var headerSum = CRC16()
        for octet in header.dropLast(2) { headerSum.add(octet) }
        if Int(headerSum.value) != Int(header[total - 2]) << 8 | Int(header[total - 1]) { isWrong = true }
        isHeaderRead = true
    }

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        let alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
        for (value, octet) in alphabet.utf8.enumerated() { values[Int(octet)] = UInt8(value) }
        return values
    }()
}
