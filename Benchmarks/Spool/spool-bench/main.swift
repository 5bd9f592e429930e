// What does a 4-KB message cost on the spool's writer thread, from accept to its outcome, when `batch` of them
// arrive together? CPU is the writer's own, read from /proc; the rate includes the disk.
//
//     BENCHMARK=1 swift run -c release spool-bench [FOLDER] [MESSAGES]

import Glibc
import Logging
import Mail
import Spool
import Synchronization

/// Counts commits and wakes the producer when its batch is through.
final class Counting: CommitObserver {
    let stored = Atomic<Int>(0)
    let failed = Atomic<Int>(0)

    func committed(_ results: [CommitResult]) {
        let failures = results.count { $0.failure != nil }
        stored.add(results.count - failures, ordering: .releasing)
        failed.add(failures, ordering: .releasing)
    }

    func wait(for count: Int) {
        while stored.load(ordering: .acquiring) + failed.load(ordering: .acquiring) < count { usleep(20) }
    }
}

/// Delivers everything at once: the outcome comes back as soon as a delivery is handed over.
final class Instant: Handover {
    private let spool: MessageSpool

    init(_ spool: MessageSpool) { self.spool = spool }

    func reserve(endpoint: String, octets: Int) -> Bool { true }
    func release(endpoint: String, octets: Int) {}

    func take(_ batch: [ClaimedDelivery]) {
        let now = WallClock.now()
        spool.record(
            batch.map { delivery in
                AttemptOutcome(
                    delivery: delivery.id, attempt: delivery.attempt,
                    record: AttemptRecord(
                        startedAt: now, result: .delivered, status: 200,
                        timings: AttemptRecord.Timings(connected: 0, answered: 1, ended: 1),
                        address: "127.0.0.1"),
                    next: .delivered(at: now))
            })
    }
}

/// CPU time of the thread called `name`, in microseconds.
func cpuTime(of name: String) -> Double {
    guard let tasks = unsafe opendir("/proc/self/task") else { return 0 }
    defer { unsafe closedir(tasks) }
    while let entry = unsafe readdir(tasks) {
        let task = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            unsafe String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
        }
        guard contents(of: "/proc/self/task/\(task)/comm").hasPrefix(name) else { continue }
        let fields = contents(of: "/proc/self/task/\(task)/schedstat").split(separator: " ")
        return (fields.first.flatMap { Double($0) } ?? 0) / 1000
    }
    return 0
}

func contents(of path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
}

func message(_ octets: [UInt8], for spool: MessageSpool) -> NewMessage {
    let id = spool.mintID()
    let body = spool.makeBody(for: id) {}
    for start in stride(from: 0, to: octets.count, by: 1448) {
        unsafe octets[start..<min(start + 1448, octets.count)].withUnsafeBytes { unsafe body.append($0) }
    }
    let envelope = Envelope(
        mailFrom: "alice@example.org",
        recipients: [
            Recipient(address: "support+42@example.com", local: "support", tag: "42", domain: "example.com")
        ],
        listener: "mx", helo: "mail.example.org", remoteIP: "192.0.2.7", body: .eightBitMIME)
    let recipients = [
        RoutedRecipient(recipient: 0, route: "support", captures: [Capture(name: "ticket", value: "42")])
    ]
    return NewMessage(
        id: id, receivedAt: WallClock.now(), envelope: envelope,
        trace: Array(repeating: UInt8(ascii: "x"), count: 180), body: body,
        deliveries: [NewDelivery(endpoint: "app", recipients: recipients)])
}

let folder = CommandLine.arguments.dropFirst().first ?? "/tmp/transom-spool-benchmark"
let total = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 20_000
let octets = (0..<4_000).map { UInt8(32 + $0 % 90) }

for batch in [1, 4, 10, 20, 100] {
    let spool = try MessageSpool.open(
        at: "\(folder)-\(batch)", options: SpoolOptions(minimumFree: ByteCount(0)),
        logger: Logger(label: "benchmark"))
    spool.attach(Instant(spool))
    let (counting, clock) = (Counting(), ContinuousClock())
    let count = total / (batch < 10 ? 10 : 1) / batch * batch
    let (cpu, start) = (cpuTime(of: "spool-writer"), clock.now)
    for sent in stride(from: 0, to: count, by: batch) {
        for _ in 0..<batch { spool.accept(message(octets, for: spool), observer: counting, token: 0) }
        counting.wait(for: sent + batch)
    }
    let (spent, time) = (cpuTime(of: "spool-writer") - cpu, clock.now - start)
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    print(
        "batch \(batch): \(Int(spent / Double(count) * 10)) tenths of a µs CPU a message on the writer,",
        "\(Int(Double(count) / seconds)) messages/s, \(counting.failed.load(ordering: .relaxed)) failed")
    await spool.close()
}
