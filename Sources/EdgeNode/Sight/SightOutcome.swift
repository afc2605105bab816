package import Media
package import Protocol

/// What one look has changed.
package struct SightOutcome: Sendable {
    /// Steps of objects' events, in order.
    package var changes: [ObjectChange] = []
    /// Motion events that are nothing by themselves: what moves has an event already.
    package var explained: [EventID] = []
    /// Pictures of objects' events.
    package var shots: [SnapshotShot<HeldPicture>] = []
    /// What those in them can be known by.
    package var portraits: [PortraitShot] = []

    package init() {}
}
