import Base
private import HTTPTypes
package import Hummingbird
private import Protocol
private import Trust

/// `/api/v1/push`: the browsers in which somebody wants to be told. They are one's own, whatever one may see.
package struct PushRoutes: Sendable {
    let push: PushSender
    let clock: any WallClock

    private static let bodyLimit = 8 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/push") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            let key = VapidToken.publicKey(try await push.keys.current())
            var out = Array("{\"public_key\":\"\(key)\",\"items\":[".utf8)
            for (index, subscription) in try await push.store.pushSubscriptions(of: session.account, at: clock.now).enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.append(subscription, own: session.tokenHash, to: &out)
            }
            return Response(json: out + Array("],\"next\":null}".utf8))
        }
        router.post("/api/v1/push/subscriptions") { request, context in try await subscribe(request, context) }
        router.delete("/api/v1/push/subscriptions/:id") { _, context in
            let session = try context.browser()
            guard let id = context.parameters.get("id").flatMap({ EventID($0) }),
                try await push.store.deletePushSubscription(id, of: session.account)
            else {
                throw Problem(
                    .notFound, "not-found", "No such subscription", "No browser of yours has this id, or its notifications were turned off."
                )
            }
            return Response(status: .noContent)
        }
        router.post("/api/v1/push/test") { _, context in try await test(context) }
    }

    /// What a browser's `PushSubscription.toJSON()` has.
    private struct Asked: Decodable {
        struct Keys: Decodable {
            let p256dh: String
            let auth: String
        }

        let endpoint: String
        let keys: Keys
    }

    private func subscribe(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let asked = try? NodeJSON.decode(Asked.self, from: body),
            let publicKey = Base64URL.decode(asked.keys.p256dh), let secret = Base64URL.decode(asked.keys.auth),
            PushEncryption.isUsable(publicKey: publicKey, secret: secret)
        else {
            throw Problem.body("Send what the browser's PushSubscription.toJSON() has: endpoint, and keys with p256dh and auth.")
        }
        let endpoint = try await push.client.check(asked.endpoint)
        context.note(endpoint.host)
        let now = clock.now
        let subscription = PushSubscription(
            id: EventID(at: now), session: session.tokenHash, endpoint: endpoint.url, publicKey: publicKey, secret: secret,
            label: session.label, createdAt: now)
        switch try await push.store.addPushSubscription(subscription, at: now) {
        case .signedOut: throw Problem.unauthorized
        case .tooMany:
            throw Problem(
                .conflict, "too-many-subscriptions", "Too many devices",
                "An account has at most \(PushSubscription.limit) devices with notifications: turn them off on one that is not used any more."
            )
        case .added: break
        }
        var out: [UInt8] = []
        Self.append(subscription, own: session.tokenHash, to: &out)
        return Response(status: .created, json: out)
    }

    private func test(_ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let subscriptions = try await push.store.pushSubscriptions(of: session.account, at: clock.now)
        guard !subscriptions.isEmpty else { return Response(json: Array("{\"items\":[],\"next\":null}".utf8)) }
        if let wait = push.tests.begin(session.account, at: clock.uptime) {
            throw Problem(
                .tooManyRequests, "throttled", "Too many attempts", "A test was sent a moment ago: wait \(wait) s and send another one.",
                retryAfter: wait)
        }
        defer { push.tests.end(session.account, at: clock.uptime) }
        let results = await withTaskGroup(of: (EventID, PushResult).self) { group in
            for subscription in subscriptions {
                group.addTask { (subscription.id, await push.send(.test, to: subscription, isRetried: false)) }
            }
            var results: [EventID: PushResult] = [:]
            for await (id, result) in group { results[id] = result }
            return results
        }
        var out = Array("{\"items\":[".utf8)
        for (index, subscription) in subscriptions.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            let result = results[subscription.id] ?? .gone
            out += Array("{\"id\":\"\(subscription.id)\",\"outcome\":\"\(result.name)\",\"detail\":".utf8)
            JSONText.append(result.words, to: &out)
            out.append(UInt8(ascii: "}"))
        }
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    /// Without the endpoint: whoever has it and the keys can have the browser told something.
    private static func append(_ subscription: PushSubscription, own: [UInt8], to out: inout [UInt8]) {
        out += Array("{\"id\":\"\(subscription.id)\",\"label\":".utf8)
        JSONText.append(subscription.label, to: &out)
        out += Array(",\"service\":".utf8)
        JSONText.append(service(subscription.endpoint), to: &out)
        let sentAt = subscription.sentAt.map { "\"\($0.rfc3339)\"" } ?? "null"
        out += Array(
            (",\"created_at\":\"\(subscription.createdAt.rfc3339)\",\"sent_at\":\(sentAt),\"failures\":\(subscription.failures),"
                + "\"is_this\":\(subscription.session == own)}").utf8)
    }

    /// Host and port of the push service.
    private static func service(_ endpoint: String) -> String {
        String(endpoint.split(separator: "/", maxSplits: 2).dropFirst().first?.prefix { $0 != "?" } ?? "")
    }
}
