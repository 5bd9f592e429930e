import Mail

extension JSONWriter {
    /// Writes trace fields as pairs of name and value, unfolded.
    ///
    /// They are our own: whole lines with CRLF, a name and a colon on each first one, blanks before each that goes on.
    mutating func traceFields(_ trace: [UInt8]) {
        var start = 0
        var isOpen = false
        while start < trace.count {
            let end = trace[start...].firstIndex(of: 0x0D) ?? trace.count
            let goesOn = trace[start] == 0x20 || trace[start] == 0x09
            if !goesOn {
                if isOpen { endField() }
                start = beginField(trace, start, end)
                isOpen = true
            }
            if isOpen { piece(trace.span.extracting(start..<end)) }
            start = min(end + 2, trace.count)
        }
        if isOpen { endField() }
    }

    /// Writes the name of the field in `start..<end`; returns where its value begins.
    private mutating func beginField(_ trace: [UInt8], _ start: Int, _ end: Int) -> Int {
        let colon = trace[start..<end].firstIndex(of: UInt8(ascii: ":")) ?? end
        beginArray()
        string(trace.span.extracting(start..<colon))
        beginString()
        let value = min(colon + 1, end)
        return value < end && trace[value] == 0x20 ? value + 1 : value
    }

    private mutating func endField() {
        endString()
        endArray()
    }
}
