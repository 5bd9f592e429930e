/// Which parts of a message are its text, which its HTML, and what is attached.
///
/// RFC 8621 §4.1.4.
package struct MessageBodies: Equatable, Sendable {
    /// The parts that make the text, in order: `text/plain`, and `text/html` where there is nothing plainer.
    package internal(set) var text: [Int] = []
    /// The parts that make the HTML, in order: `text/html` only.
    package internal(set) var html: [Int] = []
    /// Everything else: files, images, messages, and files found inside texts.
    package internal(set) var attachments: [Attachment] = []
    /// Whether all of the text has to be made from HTML.
    package internal(set) var isTextFromHTML = false

    /// Whether there is a text.
    package var hasText: Bool { !text.isEmpty }
    /// Whether there is HTML.
    package var hasHTML: Bool { !html.isEmpty }
}
