internal import Mail

extension Session {
    /// Reads the text of a message after DATA.
    mutating func readData(_ input: Span<UInt8>, _ incoming: Incoming) -> Step {
        var incoming = incoming
        let piece = incoming.decoder.next(input)
        if piece.isEnd { return finishData(incoming, consumed: piece.consumed) }
        incoming.take(input, piece.octets, options)
        guard incoming.size <= options.messageSize.bytes else {
            return discardRest(of: incoming, consumed: piece.consumed)
        }
        state = .receivingData(incoming)
        return Step(consumed: piece.consumed, piece.octets.isEmpty ? .read : .append(piece.octets))
    }

    private mutating func discardRest(of incoming: Incoming, consumed: Int) -> Step {
        let discarded = incoming.size - options.messageSize.bytes
        guard discarded <= options.discarded.bytes else { return overrun(.tooLarge, consumed: consumed) }
        state = .discardingData(
            incoming.decoder, .tooLarge, copies: incoming.transaction.recipients.count, discarded: discarded)
        return Step(consumed: consumed, abandonsMessage: true, .read)
    }

    private mutating func finishData(_ incoming: Incoming, consumed: Int) -> Step {
        var incoming = incoming
        incoming.bareNewlines.finish()
        return finish(incoming, consumed: consumed)
    }

    private mutating func finish(_ incoming: Incoming, consumed: Int) -> Step {
        transcript.noticed("message of \(incoming.size) octets")
        let recipients = incoming.transaction.recipients.count
        guard
            !options.rejectsBareNewlines || !incoming.bareNewlines.wereSeen
                || incoming.transaction.facts.body == .binaryMIME
        else {
            state = .commands(.greeted)
            return Step(consumed: consumed, abandonsMessage: true, answer(.bareNewline, copies: recipients))
        }
        state = .committing(recipients: recipients)
        return Step(consumed: consumed, .finish(transcript: transcript.octets))
    }

    /// Reads on to the true end of a message that is refused.
    ///
    /// The same decoder: no other octets end it. What does not come to its end within `SessionOptions.discarded` ends
    /// the session.
    mutating func discardData(
        _ input: Span<UInt8>, _ decoder: DataDecoder, _ reply: Reply, copies: Int, _ discarded: Int
    ) -> Step {
        var decoder = decoder
        let piece = decoder.next(input)
        guard piece.isEnd else {
            let discarded = discarded + piece.consumed
            guard discarded <= options.discarded.bytes else {
                return overrun(reply, consumed: piece.consumed)
            }
            state = .discardingData(decoder, reply, copies: copies, discarded: discarded)
            return Step(consumed: piece.consumed, .read)
        }
        state = .commands(.greeted)
        return Step(consumed: piece.consumed, answer(reply, copies: copies))
    }

    /// A chunk begins; the limit holds over the sum of all, RFC 3030 §2, RFC 1870 §6.3.
    mutating func take(_ chunk: Chunk, _ incoming: Incoming, consumed: Int) -> Step {
        guard chunk.count <= options.messageSize.bytes - incoming.size else {
            refuse(chunk, of: incoming.transaction, .tooLarge)
            return Step(consumed: consumed, abandonsMessage: true, .read)
        }
        state = .receivingChunk(incoming, chunk)
        return Step(consumed: consumed, .read)
    }

    /// Reads a chunk: octets as they are, nothing in them means anything.
    mutating func readChunk(_ input: Span<UInt8>, _ incoming: Incoming, _ chunk: Chunk) -> Step {
        var (incoming, chunk) = (incoming, chunk)
        guard chunk.remaining > 0 else { return finish(chunk, incoming) }
        let octets = 0..<min(chunk.remaining, input.count)
        guard !octets.isEmpty else { return Step(.read) }
        incoming.take(input, octets, options)
        chunk.remaining -= octets.count
        state = .receivingChunk(incoming, chunk)
        return Step(consumed: octets.count, .append(octets))
    }

    private mutating func finish(_ chunk: Chunk, _ incoming: Incoming) -> Step {
        guard chunk.isLast else {
            state = .commands(.chunks(incoming))
            return Step(.reply(said(.chunkReceived(chunk.count))))
        }
        return finishData(incoming, consumed: 0)
    }

    /// Reads on to the end of a chunk that is refused, so that its octets are never taken for commands.
    mutating func discardChunk(
        _ input: Span<UInt8>, _ remaining: Int, _ reply: Reply, copies: Int, _ progress: Progress,
        _ discarded: Int
    ) -> Step {
        let consumed = min(remaining, input.count)
        guard consumed == remaining else {
            let discarded = discarded + consumed
            guard discarded <= options.discarded.bytes else { return overrun(reply, consumed: consumed) }
            state = .discardingChunk(
                remaining: remaining - consumed, reply, copies: copies, progress, discarded: discarded)
            return Step(consumed: consumed, .read)
        }
        state = .commands(progress)
        guard copies == 1 else { return Step(consumed: consumed, answer(reply, copies: copies)) }
        return Step(consumed: consumed, reply.isTemporary ? .reply(said(reply)) : refuse(reply))
    }
}

extension Session {
    /// Ends the session: nobody has to read for ever what was refused, RFC 5321 §4.5.3.1.
    private mutating func overrun(_ reply: Reply, consumed: Int) -> Step {
        state = .closed
        return Step(consumed: consumed, abandonsMessage: true, .close(said(reply)))
    }
}

extension Session.Incoming {
    /// Counts octets, and looks at them where bare newlines matter.
    mutating func take(_ input: Span<UInt8>, _ octets: Range<Int>, _ options: SessionOptions) {
        size += octets.count
        if options.rejectsBareNewlines { bareNewlines.scan(input.extracting(octets)) }
    }
}
