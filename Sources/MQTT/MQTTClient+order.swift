extension MQTTClient {
    /// Publishes many messages so that they leave in the order given, without waiting for one answer before the next is sent.
    ///
    /// - Throws: The first failure, after all have an answer; which of the others arrived is then unknown.
    package func publish(inOrder messages: [MQTTMessage]) async throws(MQTTError) {
        let failure = await withTaskGroup(of: MQTTError?.self) { group in
            for message in messages {
                // An immediate task runs up to its first suspension before the next is made: by then the message is handed over, or
                // stands in the window's queue, so the order is kept.
                group.addImmediateTask {
                    do throws(MQTTError) {
                        try await self.publish(message)
                        return nil
                    } catch { return error }
                }
            }
            var first: MQTTError?
            for await failure in group where first == nil { first = failure }
            return first
        }
        if let failure { throw failure }
    }
}
