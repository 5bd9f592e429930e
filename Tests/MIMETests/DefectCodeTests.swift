import Foundation
import MIME
import Testing

@Suite struct DefectCodeTests {
    @Test func `every code is documented, and no other`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/defects.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter {
            $0.hasPrefix("| `")
        }
        let documented = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(documented == DefectCode.allCases.map(\.rawValue))
    }

    @Test func `codes are kebab-case`() {
        for code in DefectCode.allCases {
            #expect(code.rawValue.allSatisfy { $0 == "-" || $0.isNumber || ($0.isASCII && $0.isLowercase) })
        }
    }
}
