/// Chooses text, HTML and attachments as RFC 8621 §4.1.4 does, over the parts of the outermost message.
struct BodySelection {
    /// Parts whose text is the message's text.
    private(set) var text: [Int] = []
    /// Parts whose text is the message's HTML; plain ones where there is no other.
    private(set) var html: [Int] = []
    /// All other leaves, and messages inside the message.
    private(set) var attached: [Int] = []
    private let parts: [Part]
    private let children: [[Int]]

    /// The selection from `parts`, which are in document order.
    init(_ parts: [Part]) {
        self.parts = parts
        children = parts.childIndices
        var context = Context(multipart: "mixed")
        choose([0], &context)
    }

    /// Which lists a leaf may still go to: an alternative that turned out to be plain takes no HTML, and the
    /// other way round.
    private struct Context {
        var multipart: String
        var isInAlternative = false
        var takesText = true
        var takesHTML = true
    }

    /// Goes through `siblings`; containers recursively, which is as deep as `ParseLimits.depth`.
    private mutating func choose(_ siblings: [Int], _ context: inout Context) {
        let textCount = text.count
        let htmlCount = html.count
        let first = shownFirst(of: siblings, in: context.multipart)
        for index in siblings {
            if parts[index].kind == .multipart {
                let subtype = parts[index].contentType.subtype
                var inner = context
                inner.multipart = subtype
                inner.isInAlternative = context.isInAlternative || subtype == "alternative"
                choose(children[index], &inner)
            } else {
                place(index, isFirst: index == first, &context)
            }
        }
        if context.multipart == "alternative", context.takesText, context.takesHTML {
            completeAlternative(textCount: textCount, htmlCount: htmlCount)
        }
    }

    /// The part that is the text or the HTML of `siblings`: the first, or what the `start` of a multipart/related names.
    ///
    /// RFC 2387 §3.2.
    private func shownFirst(of siblings: [Int], in multipart: String) -> Int? {
        guard multipart == "related", let first = siblings.first, let parent = parts[first].parent,
            let start = parts[parent].contentType.parameters["start"]
        else { return siblings.first }
        let id = start.drop { $0 == "<" || $0 == " " }.prefix { $0 != ">" }
        return siblings.first { parts[$0].contentID.map { $0 == id } ?? false } ?? first
    }

    private mutating func place(_ index: Int, isFirst: Bool, _ context: inout Context) {
        guard isShown(parts[index], isFirst: isFirst, in: context.multipart) else {
            attached.append(index)
            return
        }
        let isHTML = parts[index].isHTML
        if context.multipart == "alternative" {
            if isHTML { html.append(index) } else { text.append(index) }
            return
        }
        if context.isInAlternative {
            if isHTML { context.takesText = false } else { context.takesHTML = false }
        }
        if context.takesText { text.append(index) }
        if context.takesHTML { html.append(index) }
    }

    /// An alternative with only one of the two kinds serves for both.
    private mutating func completeAlternative(textCount: Int, htmlCount: Int) {
        if text.count == textCount, html.count != htmlCount { text.append(contentsOf: html[htmlCount...]) }
        if html.count == htmlCount, text.count != textCount { html.append(contentsOf: text[textCount...]) }
    }

    /// Whether `part` is shown as text: not declared as attachment, plain or HTML, in the place of a text,
    /// and no file whose type is unreadable.
    private func isShown(_ part: Part, isFirst: Bool, in multipart: String) -> Bool {
        guard !part.isDeclaredAttachment, part.isPlainText || part.isHTML else { return false }
        if !part.contentType.isValid, part.filename != nil { return false }
        return isFirst || (multipart != "related" && part.filename == nil)
    }
}

extension Part {
    /// Whether Content-Disposition makes it an attachment: one that nobody knows, or none but a file name, does too.
    ///
    /// RFC 2183 §2.8.
    fileprivate var isDeclaredAttachment: Bool {
        switch disposition?.value {
        case "attachment": true
        case "inline", nil: false
        default: filename != nil
        }
    }

    /// Whether it is HTML.
    package var isHTML: Bool {
        kind == .leaf && contentType.type == "text" && contentType.subtype == "html"
    }

    /// Whether it is plain text, or a multipart that could not be taken apart.
    package var isPlainText: Bool {
        kind == .leaf && (contentType.type == "text" && contentType.subtype == "plain" || isDeclaredMultipart)
    }
}
