import Mail

/// What one transaction means for those who wait: gathered while it runs, told when it is committed.
struct Batch {
    /// Where fresh deliveries go.
    let handover: (any Handover)?
    /// Messages stored.
    private(set) var stored = 0
    /// The low-water mark that the transaction wrote.
    var mark: Int64?
    /// Messages one of whose deliveries ended.
    var settled: [MessageID] = []
    /// What was asked for besides.
    var answers: [@Sendable () -> Void] = []
    private var results: [(observer: any CommitObserver, results: [CommitResult])] = []
    private var claimed: [ClaimedDelivery] = []

    init(handover: (any Handover)?) {
        self.handover = handover
    }

    /// Takes a place in the hand-over for a fresh delivery; false when it has none, and must be claimed later.
    mutating func reserve(
        _ delivery: NewDelivery, id: DeliveryID, of message: StoredMessage, heldBefore: Duration
    ) -> Bool {
        guard let handover, handover.reserve(endpoint: delivery.endpoint, octets: message.size) else {
            return false
        }
        claimed.append(
            ClaimedDelivery(
                id: id, endpoint: delivery.endpoint, recipients: delivery.recipients, attempt: 1, spent: 0,
                seriesStart: message.receivedAt, heldBefore: heldBefore, url: nil, message: message))
        return true
    }

    /// How long the transaction may wait for more messages.
    var patience: WriterInbox.Patience { claimed.isEmpty ? .long : .short }

    /// Notes what is to be said about a message.
    mutating func note(_ accept: PendingAccept, failure: SpoolError?) {
        if failure == nil { stored += 1 }
        let result = CommitResult(
            token: accept.token, id: accept.message.id, octets: accept.message.body.byteCount,
            failure: failure)
        if let index = results.firstIndex(where: { $0.observer === accept.observer }) {
            results[index].results.append(result)
        } else {
            results.append((accept.observer, [result]))
        }
    }

    /// Tells everybody: first those who owe a reply, then those who send.
    func tellAll() {
        for (observer, results) in results { observer.committed(results) }
        if let handover, !claimed.isEmpty { handover.take(claimed) }
        for answer in answers { answer() }
    }

    /// Gives all places back.
    func releaseAll() {
        for delivery in claimed {
            handover?.release(endpoint: delivery.endpoint, octets: delivery.message.size)
        }
    }
}
