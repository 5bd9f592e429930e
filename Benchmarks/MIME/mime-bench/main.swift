import Foundation
import MIME

// How long does it take to parse every message of a folder, read its header and decode all its parts? One
// thread.
// Usage: mime-bench FOLDER ROUNDS; prints seconds of processor time, messages and octets.

let arguments = CommandLine.arguments
guard arguments.count == 3, let rounds = Int(arguments[2]) else {
    print("usage: mime-bench FOLDER ROUNDS")
    exit(64)
}

var messages: [[UInt8]] = []
if let files = FileManager.default.enumerator(atPath: arguments[1]) {
    for case let file as String in files {
        // A folder has no contents.
        guard let data = FileManager.default.contents(atPath: arguments[1] + "/" + file) else { continue }
        messages.append([UInt8](data))
    }
}

var decodedOctets = 0
var buffer: [UInt8] = []
let start = clock()
for _ in 0..<rounds {
    for octets in messages {
        let message = try MessageParser().parse(MemorySource(octets))
        var log = DefectLog()
        _ = message.summary(defects: &log)
        for part in message.parts where part.kind == .leaf {
            var reader = message.reader(of: part)
            buffer.removeAll(keepingCapacity: true)
            while try reader.next(into: &buffer) {
                decodedOctets += buffer.count
                buffer.removeAll(keepingCapacity: true)
            }
        }
    }
}
let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
print(
    "transom \(seconds) s, \(messages.count) messages, \(messages.reduce(0) { $0 + $1.count }) octets, \(decodedOctets / max(1, rounds)) decoded"
)
