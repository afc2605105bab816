private import Base
private import Synchronization

extension Connection {
    /// Sends a message, or waits for a place first, and then for its acknowledgement.
    func publish(_ message: MQTTMessage) async -> Result<MQTTPublishOutcome, MQTTError> {
        let token = state.withLock { $0.token() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                let answer: Result<MQTTPublishOutcome, MQTTError>? = state.withLock { state in
                    guard !Task.isCancelled else { return .failure(.cancelled) }
                    guard state.phase == .connected else { return .failure(.notConnected) }
                    if state.window.hasPlace { return send(message, token: token, caller: caller, state: &state) }
                    state.window.enqueue(message, token: token, caller: caller)
                    return nil
                }
                wake.signal()
                if let answer { caller.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.window.cancel(token: token) }?.resume(returning: .failure(.cancelled))
        }
    }

    /// Hands a message to libmosquitto; returns the caller's answer if there is one at once. Called with `state` locked: the
    /// acknowledgement may arrive before libmosquitto has returned the packet identifier, and has to find it noted.
    func send(
        _ message: MQTTMessage, token: UInt64, caller: PublishCaller, state: inout State
    ) -> Result<MQTTPublishOutcome, MQTTError>? {
        guard let handle = state.handle else { return .failure(.notConnected) }
        guard message.packetSize <= state.maximumPacketSize else { return .failure(.packetTooLarge(bytes: message.packetSize)) }
        let id: Int32
        do { id = try handle.publish(message) } catch { return .failure(error) }
        state.statistics.published += 1
        let waits = message.qos == .atLeastOnce
        let confused = state.window.sent(id: id, token: token, caller: waits ? caller : nil, at: clock.uptime)
        confused?.resume(returning: .failure(.connectionLost))
        return waits ? nil : .success(.delivered)
    }

    /// Sends a SUBSCRIBE and waits for the broker's reasons, one for each filter.
    func subscribe(_ filters: [String], qos: MQTTQoS) async -> Result<[MQTTReason], MQTTError> {
        let token = state.withLock { $0.token() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                let refusal: MQTTError? = state.withLock { state -> MQTTError? in
                    guard !Task.isCancelled else { return .cancelled }
                    guard state.phase == .connected, let handle = state.handle else { return .notConnected }
                    do throws(MQTTError) {
                        let id = try handle.subscribe(filters, qos: qos)
                        state.subscriptions[id] = Subscription(token: token, caller: caller, time: clock.uptime)
                        return nil
                    } catch {
                        return error
                    }
                }
                wake.signal()
                if let refusal { caller.resume(returning: .failure(refusal)) }
            }
        } onCancel: {
            let caller: SubscribeCaller? = state.withLock { state in
                guard let id = state.subscriptions.first(where: { $0.value.token == token })?.key else { return nil }
                return state.subscriptions.removeValue(forKey: id)?.caller
            }
            caller?.resume(returning: .failure(.cancelled))
        }
    }

    /// Acts on what one turn of the network loop brought.
    func handle(_ contents: Inbox.Contents, by handle: Handle) {
        var news: [MQTTEvent] = []
        var answers: [(PublishCaller, Result<MQTTPublishOutcome, MQTTError>)] = []
        var subscribed: [(SubscribeCaller, [MQTTReason])] = []
        state.withLock { state in
            if let accepted = contents.accepted, state.phase == .connecting {
                state.phase = .connected
                state.maximumPacketSize = min(state.maximumPacketSize, accepted.maximumPacketSize ?? .max)
                state.handle = handle
                state.statistics.connections += 1
                news.append(.connected(sessionPresent: accepted.sessionPresent))
            }
            for (id, reason) in contents.publishAnswers {
                guard let caller = state.window.complete(id: id) else { continue }
                answers.append((caller, count(reason, in: &state.statistics)))
            }
            if !contents.publishAnswers.isEmpty {
                while let next = state.window.dequeue() {
                    let answer = send(next.message, token: next.token, caller: next.caller, state: &state)
                    if let answer { answers.append((next.caller, answer)) }
                }
            }
            for (id, reasons) in contents.subscribeAnswers {
                guard let subscription = state.subscriptions.removeValue(forKey: id) else { continue }
                subscribed.append((subscription.caller, reasons))
            }
            state.statistics.received += contents.messages.count
        }
        news.append(contentsOf: contents.messages.lazy.map { .message($0) })
        if !news.isEmpty { events.append(news) }
        for (caller, answer) in answers { caller.resume(returning: answer) }
        for (caller, reasons) in subscribed { caller.resume(returning: .success(reasons)) }
    }

    private func count(_ reason: MQTTReason, in statistics: inout MQTTStatistics) -> Result<MQTTPublishOutcome, MQTTError> {
        if reason.isFailure {
            statistics.refused += 1
            return .failure(.refused(reason))
        }
        if reason == .noMatchingSubscribers {
            statistics.noSubscribers += 1
            return .success(.noSubscribers)
        }
        statistics.acknowledged += 1
        return .success(.delivered)
    }
}
