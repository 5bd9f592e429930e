extension Reading {
    /// `text` with `${env:NAME}` and `${file:PATH}` replaced by what they name, and `$${` by `${`.
    ///
    /// One trailing newline of a file is dropped. An unset variable and a file that cannot be read are errors.
    mutating func interpolated(_ text: String, in written: Written) -> String? {
        var result = ""
        var rest = text[...]
        var isWhole = true
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let place = place(
                    text.unicodeScalars.distance(from: text.startIndex, to: rest.startIndex), in: written)
                guard let end = rest.firstIndex(of: "}") else {
                    error(place, "\"${\" without \"}\"", "write \"$${\" for the characters themselves")
                    return nil
                }
                let value = reference(String(rest.dropFirst(2)[..<end]), at: place)
                isWhole = isWhole && value != nil
                result += value ?? ""
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return isWhole ? result + rest : nil
    }

    private mutating func reference(_ text: String, at place: Place) -> String? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("env", 2): return variable(String(parts[1]), at: place)
        case ("file", 2): return file(String(parts[1]), at: place)
        default:
            error(
                place, "\"${\(text)}\" is no reference",
                "write ${env:NAME} or ${file:PATH}, or $${ for the characters themselves")
            return nil
        }
    }

    private mutating func variable(_ name: String, at place: Place) -> String? {
        guard let value = surroundings.environment[name] else {
            let near = nearest(to: name, among: surroundings.environment.keys)
            error(place, "the variable \(name) is not set", near.map { "did you mean \($0)?" })
            return nil
        }
        return value
    }

    private mutating func file(_ path: String, at place: Place) -> String? {
        guard let contents = contents(of: path, at: place, limit: 1 << 20) else { return nil }
        guard var text = String(validating: contents.octets, as: UTF8.self) else {
            error(place, "\(path) is no UTF-8 text")
            return nil
        }
        if contents.isWorldReadable {
            warning(place, "every account of this machine can read \(path)", "chmod o-r \(path)")
        }
        if text.utf8.last == UInt8(ascii: "\n") {
            text.unicodeScalars.removeLast()
            if text.utf8.last == UInt8(ascii: "\r") { text.unicodeScalars.removeLast() }
        }
        return text
    }

    /// The file at `path`; `nil`, and an error, when it cannot be read or has more than `limit` octets.
    mutating func contents(of path: String, at place: Place, limit: Int) -> FileContents? {
        do throws(FileProblem) {
            let contents = try surroundings.readFile(path)
            guard contents.octets.count <= limit else {
                self.error(place, "\(path) has more than \(limit >> 20) MiB")
                return nil
            }
            return contents
        } catch {
            switch error {
            case .missing: self.error(place, "there is no file \(path)")
            case .unreadable(let reason): self.error(place, "\(path) cannot be read: \(reason)")
            }
        }
        return nil
    }
}
