import Protocol

/// What the hub wants to see now.
struct LiveJob: Sendable {
    let ticket: LiveTicket
    let unit: CameraUnit
}
