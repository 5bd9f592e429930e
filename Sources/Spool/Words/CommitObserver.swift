package import Mail

/// Who waits for messages to be on stable storage.
package protocol CommitObserver: AnyObject, Sendable {
    /// Called on the writer's thread, once for each batch that holds messages of this observer; must not block.
    func committed(_ results: [CommitResult])
}

/// What became of one message handed to `MessageSpool.accept`.
package struct CommitResult: Sendable {
    /// The token given with the message.
    package var token: UInt64
    /// The message.
    package var id: MessageID
    /// Its octets as received.
    package var octets: Int
    /// `nil`: message and deliveries are on stable storage, and `250` may be sent (invariant 1).
    ///
    /// Otherwise nothing of the message is stored.
    package var failure: SpoolError?
}

/// Where fresh deliveries go straight from memory, without a claim of their own.
///
/// Every method is called on the writer's thread and must not block. What has no place here is stored as ready
/// and claimed from the spool when its turn comes.
package protocol Handover: AnyObject, Sendable {
    /// Takes a place for one delivery of a message of `octets` octets; false when there is none.
    func reserve(endpoint: String, octets: Int) -> Bool
    /// Gives a reserved place back, because the commit failed.
    func release(endpoint: String, octets: Int)
    /// The deliveries of one batch that had a place; they are stored as claimed.
    func take(_ batch: [ClaimedDelivery])
    /// The wall clock jumped, and all that waits in the spool moves with it in this transaction.
    func clockJumped(by jump: Duration)
}
