package import Base

/// What all tickets have that the hub signs for a node's uploads.
package protocol HubTicket: HubOrder {
    /// Names the upload; see `UploadTicket.isName`.
    var ticket: String { get }
    /// From then on the node leaves it alone.
    var expires: Timestamp { get }
}

extension UploadTicket: HubTicket {}
extension LiveTicket: HubTicket {}
