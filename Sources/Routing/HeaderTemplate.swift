package import Mail

/// The value of a header field with captures in it, which can never become a second line.
package struct HeaderTemplate: Hashable, Sendable {
    /// The value as written.
    package let text: String
    private let template: Template?

    /// No value at all.
    package static let empty = HeaderTemplate(text: "", template: nil)

    private init(text: String, template: Template?) {
        self.text = text
        self.template = template
    }

    /// Reads a value; control characters are refused.
    package init(_ text: String) throws(TemplateError) {
        let offset = text.unicodeScalars.enumerated().first {
            $1.value < 0x20 && $1 != "\t" || $1.value == 0x7F
        }?.offset
        if let offset { throw .badCharacter(offset: offset) }
        self.init(text: text, template: try Template(text))
    }

    /// The captures it uses.
    package var names: [String] { template?.names ?? [] }

    /// The value; a control character of a capture becomes a space.
    package func render(_ captures: [Capture]) -> String {
        template?.render(captures, escape: lineSafe) ?? ""
    }
}

private func lineSafe(_ text: String) -> String {
    String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
}
