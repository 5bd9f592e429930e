/// Character references of HTML: numbers, and the names that mail uses.
enum HTMLEntity {
    /// The character that `name`, without `&` and `;`, stands for.
    static func scalar(named name: [UInt8]) -> Unicode.Scalar? {
        if name.first == UInt8(ascii: "#") { return numeric(name.dropFirst()) }
        return names[String(decoding: name, as: UTF8.self)]
    }

    /// `octets` with the references in them undone.
    static func decoded(_ octets: [UInt8]) -> [UInt8] {
        guard octets.contains(UInt8(ascii: "&")) else { return octets }
        var decoded: [UInt8] = []
        var index = 0
        while index < octets.count {
            if octets[index] == UInt8(ascii: "&"),
                let end = octets[index...].prefix(34).firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(named: Array(octets[index + 1..<end]))
            {
                decoded += Array(String(scalar).utf8)
                index = end + 1
            } else {
                decoded.append(octets[index])
                index += 1
            }
        }
        return decoded
    }

    /// A number in decimal or, behind `x`, hexadecimal; 128 to 159 mean what they mean in windows-1252, as in
    /// browsers.
    private static func numeric(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let isHexadecimal = digits.first.map(lowercased) == UInt8(ascii: "x")
        let radix: UInt32 = isHexadecimal ? 16 : 10
        var value: UInt32 = 0
        let places = isHexadecimal ? digits.dropFirst() : digits
        guard !places.isEmpty else { return nil }
        for digit in places {
            guard let number = hexValue(digit), UInt32(number) < radix else { return nil }
            value = min(value * radix + UInt32(number), 0x110000)
        }
        if (0x80...0x9F).contains(value) { value = windows1252[Int(value - 0x80)] }
        return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static let windows1252: [UInt32] = [
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
        0x0152, 0xFFFD,
        0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
        0x0161, 0x203A,
        0x0153, 0xFFFD, 0x017E, 0x0178,
    ]

    private static let names: [String: Unicode.Scalar] = {
        var names: [String: Unicode.Scalar] = [:]
        for (offset, name) in latin1.split(separator: " ").enumerated() {
            names[String(name)] = Unicode.Scalar(UInt32(160 + offset))
        }
        for pair in others.split(separator: " ") {
            let parts = pair.split(separator: "=")
            if parts.count == 2 { names[String(parts[0])] = parts[1].unicodeScalars.first }
        }
        names["quot"] = "\""
        names["equals"] = "="
        return names
    }()

    /// The names of U+00A0 to U+00FF, in order.
    private static let latin1 =
        "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro "
        + "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil "
        + "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave "
        + "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml "
        + "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute "
        + "thorn yuml"

    /// Other names, each with its character.
    private static let others =
        "amp=& lt=< gt=> apos=' OElig=Œ oelig=œ Scaron=Š scaron=š Yuml=Ÿ fnof=ƒ circ=ˆ tilde=˜ ensp=\u{2002} emsp=\u{2003} "
        + "thinsp=\u{2009} zwnj=\u{200C} zwj=\u{200D} lrm=\u{200E} rlm=\u{200F} ndash=– mdash=— lsquo=‘ rsquo=’ sbquo=‚ "
        + "ldquo=“ rdquo=” bdquo=„ dagger=† Dagger=‡ bull=• hellip=… permil=‰ prime=′ Prime=″ lsaquo=‹ rsaquo=› oline=‾ "
        + "frasl=⁄ euro=€ trade=™ larr=← uarr=↑ rarr=→ darr=↓ harr=↔ rArr=⇒ lArr=⇐ hArr=⇔ minus=− lowast=∗ radic=√ infin=∞ "
        + "asymp=≈ ne=≠ equiv=≡ le=≤ ge=≥ sum=∑ prod=∏ part=∂ int=∫ forall=∀ exist=∃ empty=∅ isin=∈ cap=∩ cup=∪ sub=⊂ sup=⊃ "
        + "and=∧ or=∨ there4=∴ sim=∼ cong=≅ loz=◊ spades=♠ clubs=♣ hearts=♥ diams=♦ check=✓ star=☆ phone=☎ Alpha=Α Beta=Β "
        + "Gamma=Γ Delta=Δ Epsilon=Ε Zeta=Ζ Eta=Η Theta=Θ Iota=Ι Kappa=Κ Lambda=Λ Mu=Μ Nu=Ν Xi=Ξ Omicron=Ο Pi=Π Rho=Ρ "
        + "Sigma=Σ Tau=Τ Upsilon=Υ Phi=Φ Chi=Χ Psi=Ψ Omega=Ω alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ "
        + "iota=ι kappa=κ lambda=λ mu=μ nu=ν xi=ξ omicron=ο pi=π rho=ρ sigmaf=ς sigma=σ tau=τ upsilon=υ phi=φ chi=χ psi=ψ "
        + "omega=ω num=# excl=! quest=? lpar=( rpar=) comma=, period=. colon=: semi=; sol=/ bsol=\\ lbrack=[ rbrack=] "
        + "lsqb=[ rsqb=] lcub={ rcub=} verbar=| vert=| grave=` commat=@ dollar=$ percnt=% ast=* plus=+ lowbar=_ hyphen=‐ "
        + "Tab=\u{9} NewLine=\u{A}"
}
