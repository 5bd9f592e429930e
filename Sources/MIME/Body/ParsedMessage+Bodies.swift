/// Text, HTML and attachments.
extension ParsedMessage {
    /// Chooses text, HTML and attachments; reads the HTML for references and the texts for files inside them.
    package func bodies() throws -> MessageBodies {
        let selection = BodySelection(parts)
        var bodies = MessageBodies()
        bodies.text = selection.text
        bodies.html = selection.html.filter { parts[$0].isHTML }
        bodies.isTextFromHTML = bodies.hasText && bodies.text.allSatisfy { parts[$0].isHTML }
        var forks = limits.forks
        for index in selection.attached { try attach(parts[index], to: &bodies, forks: &forks) }
        try attachFiles(in: bodies.text.filter { parts[$0].isPlainText }, to: &bodies)
        try markInline(&bodies)
        return bodies
    }

    /// Lists `part`; of one in BinHex its data fork too, as long as `forks` are left.
    private func attach(_ part: Part, to bodies: inout MessageBodies, forks: inout Int) throws {
        let name = try part.filename ?? nameInAppleDouble(beside: part)
        bodies.attachments.append(
            Attachment(
                part: part.index, source: .mime,
                filename: safeFilename(name, mediaType: part.contentType.mediaType), filenameRaw: name,
                mediaType: part.contentType.mediaType, charset: part.contentType.parameters["charset"],
                disposition: part.disposition?.value, contentID: part.contentID, place: 0, length: nil))
        guard part.contentType.mediaType == "application/mac-binhex40", forks > 0 else { return }
        forks -= 1
        let fork = try nameInBinHex(part)
        bodies.attachments.append(Attachment(part: part, source: .binhex, name: fork))
    }

    private func attachFiles(in texts: [Int], to bodies: inout MessageBodies) throws {
        for index in texts {
            var reader = reader(of: parts[index])
            var scanner = ByLine(EmbeddedFileScanner())
            var piece: [UInt8] = []
            var nothing: [UInt8] = []
            while try reader.next(into: &piece) {
                scanner.decode(piece.span, into: &nothing)
                piece.removeAll(keepingCapacity: true)
            }
            scanner.finish(into: &nothing)
            let limit =
                parts[index].transferEncoding == .identity ? limits.embeddedFiles : EmbeddedFileScanner.fewest
            for file in scanner.decoder.files.prefix(limit) {
                let name = String(decoding: file.name, as: UTF8.self)
                bodies.attachments.append(
                    Attachment(
                        part: parts[index], source: file.source, name: name, place: file.place,
                        length: file.length))
            }
        }
    }

    /// An attachment is inline when the HTML refers to its Content-ID, whatever its disposition says.
    private func markInline(_ bodies: inout MessageBodies) throws {
        guard bodies.hasHTML, bodies.attachments.contains(where: { $0.contentID != nil }) else { return }
        var references = ContentReferences(limit: limits.references)
        for index in bodies.html {
            var reader = textReader(of: parts[index])
            var piece: [UInt8] = []
            while try reader.next(into: &piece) {
                references.feed(piece.span)
                piece.removeAll(keepingCapacity: true)
            }
            references.endText()
        }
        for index in bodies.attachments.indices {
            guard let id = bodies.attachments[index].contentID else { continue }
            bodies.attachments[index].isInline = references.contain(id)
        }
    }

    /// The name in the header part of a multipart/appledouble, for the part beside it.
    ///
    /// RFC 1740.
    private func nameInAppleDouble(beside part: Part) throws -> String? {
        guard let parent = part.parent, parts[parent].contentType.subtype == "appledouble", part.ordinal == 2,
            let header = parts[parent...part.index].first(where: { $0.parent == parent })
        else { return nil }
        var reader = reader(of: header)
        var octets: [UInt8] = []
        while octets.count < AppleDouble.headLength, try reader.next(into: &octets) {}
        return AppleDouble.name(in: octets.span)
    }

    private func nameInBinHex(_ part: Part) throws -> String? {
        var reader = reader(of: part)
        var decoder = BinHexDecoder()
        var encoded: [UInt8] = []
        guard try reader.next(into: &encoded) else { return nil }
        var decoded: [UInt8] = []
        decoder.decode(encoded.span.extracting(first: 4096), into: &decoded)
        return decoder.name.isEmpty ? nil : String(decoding: decoder.name, as: UTF8.self)
    }
}

extension Attachment {
    /// A file found inside the content of `part`.
    fileprivate init(part: Part, source: Source, name: String?, place: Int = 0, length: Int? = nil) {
        self.init(
            part: part.index, source: source,
            filename: safeFilename(name, mediaType: "application/octet-stream"), filenameRaw: name,
            mediaType: "application/octet-stream", charset: nil, disposition: nil, contentID: nil,
            place: place, length: length)
    }
}
