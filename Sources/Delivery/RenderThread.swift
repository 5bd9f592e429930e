import HTTPTransfer
import MIME
import Mail
import Routing
import Spool
import Webhook

/// Turns deliveries into signed requests, on a thread of its own with buffers that are used again.
final class RenderThread {
    /// Requests handed to the sender in one go at most.
    private static let largestHandful = 8

    private let inbox: JobInbox<DeliveryDesk.Flight>
    private let sender: any TransferSender
    private let floor: DeliveryFloor
    private let userAgent: String
    private let renderer = PayloadRenderer()
    private var signers: [String: (target: DeliveryTarget, signer: StandardWebhooks)] = [:]

    private init(
        _ inbox: JobInbox<DeliveryDesk.Flight>, sender: any TransferSender, floor: DeliveryFloor,
        userAgent: String
    ) {
        self.inbox = inbox
        self.sender = sender
        self.floor = floor
        self.userAgent = userAgent
    }

    /// Starts a thread that renders what comes into `inbox` until that is closed.
    static func start(
        named name: String, _ inbox: JobInbox<DeliveryDesk.Flight>, sender: any TransferSender,
        floor: DeliveryFloor, userAgent: String
    ) {
        startThread(named: name) {
            RenderThread(inbox, sender: sender, floor: floor, userAgent: userAgent).run()
        }
    }

    private func run() {
        while let flights = inbox.take() {
            var ready: [Transfer] = []
            for flight in flights {
                guard !floor.isDraining else {
                    floor.finished([TransferResult(token: flight.token, outcome: .failed(.interrupted))])
                    continue
                }
                do {
                    ready.append(try transfer(for: flight))
                } catch {
                    floor.failedToRender(flight, error)
                }
                if ready.count >= Self.largestHandful || flight.delivery.message.size > 64 << 10 {
                    sender.submit(ready)
                    ready = []
                }
            }
            sender.submit(ready)
        }
    }

    private func transfer(for flight: DeliveryDesk.Flight) throws -> Transfer {
        let (delivery, options) = (flight.delivery, flight.target.options)
        let message = delivery.message
        let payload = try renderer.render(
            RenderRequest(
                id: message.id, receivedAt: message.receivedAt, envelope: message.envelope,
                recipients: delivery.recipients, trace: message.trace, receivedSHA256: message.sha256,
                format: options.format, raw: options.raw),
            source: SpooledSource(message.octets.open()))
        let captures = delivery.recipients.flatMap(\.captures)
        let signed = try signer(for: flight.target).headers(
            id: delivery.id.description, timestamp: flight.startedAt, body: payload.body)
        return Transfer(
            token: flight.token, url: delivery.url ?? options.url.render(captures),
            headers: options.headers(
                contentType: payload.contentType, userAgent: userAgent, signed: signed, captures: captures,
                attempt: delivery.attempt),
            body: TransferBody(payload.body), timeout: options.timeout, egress: egress(of: flight),
            caFile: options.caFile)
    }

    /// A URL given to `replay --to` is the operator's own word, and allows exactly its host.
    private func egress(of flight: DeliveryDesk.Flight) -> EgressPolicy {
        guard let url = flight.delivery.url else { return flight.target.egress }
        return EgressPolicy(allowsRestricted: EgressPolicy.isNamedLiterally(in: url))
    }

    private func signer(for target: DeliveryTarget) -> StandardWebhooks {
        if let known = signers[target.options.name], known.target === target { return known.signer }
        let signer = StandardWebhooks(secrets: target.options.secrets, signingKey: target.options.signingKey)
        signers[target.options.name] = (target, signer)
        return signer
    }
}

/// The octets of a spooled message as the parser reads them.
private struct SpooledSource: OctetSource {
    private let reader: OctetReader

    init(_ reader: OctetReader) {
        self.reader = reader
    }

    var count: Int { reader.count }

    var contiguous: [UInt8]? { reader.inMemory }

    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int {
        unsafe try buffer.withUnsafeMutableBytes { unsafe try reader.read(at: offset, into: $0) }
    }
}

/// A rendered payload as the sender reads it.
private final class SentPayload: BodyStream {
    private let stream: PayloadStream

    init(_ stream: PayloadStream) {
        self.stream = stream
    }

    var count: Int { stream.length }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        unsafe try stream.next(into: buffer)
    }

    func rewind() {
        stream.rewind()
    }
}

extension TransferBody {
    /// The body that `payload` is sent as.
    fileprivate init(_ payload: PayloadBody) {
        switch payload {
        case .memory(let octets): self = .memory(octets)
        case .stream(let stream): self = .stream(SentPayload(stream))
        }
    }
}
