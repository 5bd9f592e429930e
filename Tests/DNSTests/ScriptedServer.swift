import NIOCore
import NIOPosix
import Synchronization

/// A question as the server got it.
struct AskedQuestion: Sendable {
    var id: UInt16
    /// The name as it was sent, labels without their lengths.
    var labels: [String]
    var type: UInt16
    var hasEDNS: Bool
    var wantsAD: Bool
    var isTCP: Bool
    /// The question section as it was sent.
    var section: [UInt8]
    /// How many questions came before it.
    var position = 0

    /// The name in lower case.
    var name: String { labels.joined(separator: ".").lowercased() }

    init?(_ octets: [UInt8], isTCP: Bool) {
        guard octets.count > 16 else { return nil }
        func word(_ at: Int) -> UInt16 { UInt16(octets[at]) << 8 | UInt16(octets[at + 1]) }
        id = word(0)
        wantsAD = octets[3] & 0x20 != 0
        hasEDNS = word(10) == 1
        labels = []
        var offset = 12
        while offset < octets.count, octets[offset] != 0 {
            let end = offset + 1 + Int(octets[offset])
            guard end < octets.count else { return nil }
            labels.append(String(decoding: octets[(offset + 1)..<end], as: UTF8.self))
            offset = end
        }
        guard offset + 5 <= octets.count else { return nil }
        type = word(offset + 1)
        section = Array(octets[12..<(offset + 5)])
        self.isTCP = isTCP
    }
}

/// A message a test sends back.
struct TestReply: Sendable {
    /// One record: owner (a pointer to the question's name when nil), type, seconds, data.
    struct Record: Sendable {
        var owner: String?
        var type: UInt16
        var ttl: UInt32 = 60
        var data: [UInt8]

        static func a(_ octets: UInt8..., owner: String? = nil, ttl: UInt32 = 60) -> Record {
            Record(owner: owner, type: 1, ttl: ttl, data: octets)
        }

        static func cname(_ target: String, owner: String? = nil, ttl: UInt32 = 60) -> Record {
            Record(owner: owner, type: 5, ttl: ttl, data: TestReply.name(target))
        }

        static func soa(minimum: UInt8) -> Record {
            Record(
                owner: "example.com", type: 6, ttl: 3600,
                data: [0, 0] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, minimum])
        }
    }

    var code: UInt16 = 0
    var flags: UInt16 = 0x8180
    var answers: [Record] = []
    var authority: [Record] = []

    func octets(to question: AskedQuestion) -> [UInt8] {
        var octets: [UInt8] = []
        for word in [question.id, flags | code, 1, UInt16(answers.count), UInt16(authority.count), 0] {
            octets += [UInt8(word >> 8), UInt8(word & 0xFF)]
        }
        octets += question.section
        for record in answers + authority {
            octets += record.owner.map(Self.name) ?? [0xC0, 12]
            octets += [UInt8(record.type >> 8), UInt8(record.type & 0xFF), 0, 1]
            octets += (0..<4).map { UInt8(truncatingIfNeeded: record.ttl >> (24 - 8 * $0)) }
            octets += [UInt8(record.data.count >> 8), UInt8(record.data.count & 0xFF)] + record.data
        }
        return octets
    }

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}

/// A name server on loopback that answers as its script says: each element of the result is one message.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (AskedQuestion) -> [[UInt8]]

    let port: Int
    private let channels: [any Channel]
    private let log: Log

    /// What was asked so far.
    final class Log: Sendable {
        let questions = Mutex<[AskedQuestion]>([])

        func note(_ question: inout AskedQuestion) {
            let noted = question
            question.position = questions.withLock { questions in
                questions.append(noted)
                return questions.count - 1
            }
        }
    }

    var asked: [AskedQuestion] {
        log.questions.withLock { $0 }
    }

    init(_ script: @escaping Script) async throws {
        let log = Log()
        self.log = log
        channels = try await Self.bindBoth(script, log)
        port = channels[0].localAddress?.port ?? 0
    }

    /// Binds one port for datagrams and streams; the port the system gives for one may be taken for the other.
    private static func bindBoth(_ script: @escaping Script, _ log: Log) async throws -> [any Channel] {
        let group = MultiThreadedEventLoopGroup.singleton
        var lastError: any Error = ChannelError.eof
        for _ in 0..<20 {
            let datagrams = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramScript(script, log))
                    }
                }.bind(host: "127.0.0.1", port: 0).get()
            do {
                let streams = try await ServerBootstrap(group: group)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(StreamScript(script, log))
                        }
                    }.bind(host: "127.0.0.1", port: datagrams.localAddress?.port ?? 0).get()
                return [datagrams, streams]
            } catch {
                lastError = error
                try await datagrams.close()
            }
        }
        throw lastError
    }

    func stop() async {
        for channel in channels { try? await channel.close() }
    }

    private final class DatagramScript: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let script: Script
        private let log: Log

        init(_ script: @escaping Script, _ log: Log) {
            self.script = script
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            guard var question = AskedQuestion(Array(buffer: envelope.data), isTCP: false) else { return }
            log.note(&question)
            for octets in script(question) {
                let reply = AddressedEnvelope(
                    remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: octets))
                context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
            }
        }
    }

    private final class StreamScript: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let script: Script
        private let log: Log

        init(_ script: @escaping Script, _ log: Log) {
            self.script = script
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard
                var question = AskedQuestion(
                    Array(Array(buffer: unwrapInboundIn(data)).dropFirst(2)), isTCP: true)
            else { return }
            log.note(&question)
            for octets in script(question) {
                // In two pieces, so that the reader has to wait for the rest.
                let framed = [UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)] + octets
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: framed.prefix(3))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: framed.dropFirst(3))), promise: nil)
            }
        }
    }
}
