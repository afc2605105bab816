private import Base
package import Logging
private import Protocol
import ServiceLifecycle

/// Carries published events from the broker to the browsers of this replica, and from the store whatever the broker did not bring.
/// Nothing that fails here ends it: it is logged once, shown in `Readiness`, and tried again.
package struct EventBridge: Service {
    private let source: any PublishedEventSource
    private let store: any EventStore
    private let fanout: EventFanout
    private let readiness: Readiness
    private let logger: Logger

    /// Seconds between two looks at the store.
    static let lookInterval = 2.0
    /// Rows read at once when a hole is filled.
    static let pageSize = 200
    /// Signals that may wait; what finds no room is read from the store.
    private static let bound = 4096

    package init(source: any PublishedEventSource, store: any EventStore, fanout: EventFanout, readiness: Readiness, logger: Logger) {
        self.source = source
        self.store = store
        self.fanout = fanout
        self.readiness = readiness
        self.logger = logger
    }

    package func run() async throws {
        let feed = BoundedFeed<PublishedSignal?>(bound: Self.bound)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await listen(feed) }
                group.addTask { await tick(feed) }
                await follow(feed)
                group.cancelAll()
            }
        }
    }

    /// Keeps a subscription, making a new one when the source gave up.
    private func listen(_ feed: BoundedFeed<PublishedSignal?>) async {
        var backoff = Backoff(base: 0.5, maximum: 15)
        while !Task.isCancelled {
            for await signal in source.signals() {
                if case .subscribed = signal { backoff.reset() }
                feed.send(signal)
            }
            feed.send(.lost("the subscription ended"))
            try? await Task.sleep(for: .seconds(backoff.next()))
        }
    }

    /// Sends nil when it is time to look at the store.
    private func tick(_ feed: BoundedFeed<PublishedSignal?>) async {
        while !Task.isCancelled {
            feed.send(nil)
            try? await Task.sleep(for: .seconds(Self.lookInterval))
        }
        feed.finish()
    }

    private func follow(_ feed: BoundedFeed<PublishedSignal?>) async {
        var state = BridgeState(head: fanout.head)
        var health = BridgeHealth()
        for await signal in feed.stream {
            switch signal {
            case .event(let event): await perform(state.handle(.event(event)), &state, &health)
            case .subscribed:
                note(health.broker(nil), health)
                await perform(state.handle(.look), &state, &health)
            case .lost(let why): note(health.broker(why), health)
            case nil: await perform(state.handle(.look), &state, &health)
            }
        }
    }

    private func perform(_ first: [BridgeState.Action], _ state: inout BridgeState, _ health: inout BridgeHealth) async {
        var actions = first[...]
        while let action = actions.popFirst(), !Task.isCancelled {
            switch action {
            case .publish(let events): fanout.publish(events)
            case .begin(let cursor):
                // A browser may have begun the stream before, lower: what lies between belongs to it.
                let begun = fanout.begin(at: cursor)
                if begun != cursor {
                    state = BridgeState(head: begun)
                    actions = [.readBounds]
                }
            case .restart(let cursor):
                logger.warning("the store's feed went back: every browser starts anew", metadata: ["cursor": "\(cursor)"])
                fanout.restart(at: cursor)
            case .readBounds:
                let head = state.head
                do throws(StoreError) {
                    let bounds = try await store.feedBounds()
                    note(health.store(nil), health)
                    actions += state.handle(.bounds(bounds, headWhenAsked: head))
                } catch {
                    note(health.store(error.message), health)
                    actions += state.handle(.failed)
                }
            case .fill(let cursor):
                do throws(StoreError) {
                    let page = try await store.feed(after: cursor, limit: Self.pageSize)
                    note(health.store(nil), health)
                    actions += state.handle(.page(page))
                    // A long hole is filled at a pace that a browser's connection can follow.
                    if page.events.count == Self.pageSize { try? await Task.sleep(for: .milliseconds(25)) }
                } catch {
                    note(health.store(error.message), health)
                    actions += state.handle(.failed)
                }
            }
        }
    }

    private func note(_ changed: Bool, _ health: BridgeHealth) {
        guard changed else { return }
        if let problem = health.problem {
            readiness.problem(.bridge, problem)
            logger.warning("the event bridge is impaired", metadata: ["problem": "\(problem)"])
        } else {
            readiness.ok(.bridge)
            logger.info("the event bridge works")
        }
    }
}
