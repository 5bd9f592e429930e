import Foundation
import MIME
import Testing
import Webhook

@Suite struct PayloadSchemaTests {
    @Test func `the schema lists every defect there is and no other`() throws {
        let file = repository.appending(path: "docs/webhook.schema.json")
        let schema = try json(Array(Data(contentsOf: file)))
        let defect = (schema["$defs"] as? [String: [String: Any]])?["defect"]?["properties"] as? [String: Any]
        let codes = (defect?["code"] as? [String: Any])?["enum"] as? [String]
        #expect(codes.map(Set.init) == Set(DefectCode.allCases.map(\.rawValue)))
    }

    @Test(arguments: [
        ("{}", "required"), (#"{"type":"email.received","timestamp":"yesterday","data":{}}"#, "pattern"),
        (#"{"type":"x","timestamp":"2026-11-23T20:14:05.123Z","data":{}}"#, "const"),
        (
            #"{"type":"email.received","timestamp":"2026-11-23T20:14:05.123Z","data":{"more":1}}"#,
            "additionalProperties"
        ),
        (
            #"{"type":"email.received","timestamp":"2026-11-23T20:14:05.123Z","data":{"subject":1}}"#,
            "$.data.subject: type"
        ),
        (
            #"{"type":"email.received","timestamp":"2026-11-23T20:14:05.123Z","data":{"headers":[["a"]]}}"#,
            "minItems"
        ),
        (
            #"{"type":"email.received","timestamp":"2026-11-23T20:14:05.123Z","data":{"text_from_html":0}}"#,
            "type"
        ),
    ])
    func `the check finds what is wrong`(document: String, flaw: String) throws {
        let flaws = try JSONSchema(named: "webhook.schema.json").flaws(of: json(Array(document.utf8)))
        #expect(flaws.contains { $0.contains(flaw) })
    }
}
