/// The elements of HTML that have a meaning for its text, by what they mean.
enum HTMLElement {
    /// `br`.
    case lineBreak
    /// `p`, a heading and the like: an empty line around it.
    case paragraph
    /// `div`, `tr` and the like: a line of its own.
    case block
    /// `td` or `th`.
    case cell
    /// `ul`.
    case bulletList
    /// `ol`.
    case numberedList
    /// `li`.
    case item
    /// `blockquote`.
    case quote
    /// `pre`.
    case preformatted
    /// `textarea`.
    case textArea
    /// `hr`.
    case rule
    /// `img`.
    case image
    /// `a`.
    case link
    /// `script`.
    case script
    /// `style`.
    case style
    /// `title`.
    case title
    /// Any other element.
    case other

    /// The element called `name`, in whatever case.
    init(name: Span<UInt8>) {
        let key = Self.key(name)
        self = Self.known.first { $0.key == key }?.element ?? .other
    }

    /// How the end of an element begins whose content is no text; `nil` for all others.
    var endOfHiddenContent: [UInt8]? {
        switch self {
        case .script: Array("</script".utf8)
        case .style: Array("</style".utf8)
        case .title: Array("</title".utf8)
        default: nil
        }
    }

    /// The first seven octets of a name in lower case, and how many it has: enough to tell the known ones apart.
    private static func key(_ name: Span<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        for index in 0..<min(name.count, 7) { key = key << 8 | UInt64(lowercased(name[index])) }
        return key << 8 | UInt64(min(name.count, 255))
    }

    private static let known: [(key: UInt64, element: HTMLElement)] = names.flatMap { names, element in
        names.split(separator: " ").map { (key(Array($0.utf8).span), element) }
    }

    private static let names: [(String, HTMLElement)] = [
        ("td th", .cell), ("a", .link), ("br", .lineBreak), ("p h1 h2 h3 h4 h5 h6 dl", .paragraph),
        (
            "div tr table body section article header footer form address center main nav aside figure figcaption dt dd "
                + "caption fieldset", .block
        ),
        ("img", .image), ("li", .item), ("ul", .bulletList), ("ol", .numberedList), ("blockquote", .quote),
        ("pre", .preformatted), ("textarea", .textArea), ("hr", .rule), ("script", .script),
        ("style", .style),
        ("title", .title),
    ]
}
