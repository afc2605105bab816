package import Base
package import Protocol
package import Vision

/// Pictures that people give of those who are known here, and portraits that are to be read again. Both adapters of `EventStore` have it.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing. Pictures are sealed:
/// the store never sees one open.
package protocol PictureStore: Sendable {
    // MARK: Pictures that were given

    /// Keeps a picture until it was looked at.
    /// - Returns: Whether it was kept: there is somebody of this id, and there are not too many pictures.
    func addPicture(_ picture: OfferedPicture, box: [UInt8]) async throws(StoreError) -> Bool
    /// Of somebody, the oldest first.
    func offeredPictures(of individual: EventID) async throws(StoreError) -> [OfferedPicture]
    /// The oldest that is to be looked at; none of people while they are not recognised.
    /// - Parameter aside: Ids of those that are not asked for.
    func nextPicture(except aside: Set<EventID>) async throws(StoreError) -> OfferedPicture?
    /// How many are to be looked at, also those of people while they are not recognised.
    func waitingPictures() async throws(StoreError) -> Int
    func pictureBox(_ id: EventID) async throws(StoreError) -> [UInt8]?
    /// Notes what came of a look at a picture, where it still waits for the same.
    func note(_ picture: OfferedPicture, at time: Timestamp) async throws(StoreError)
    /// Somebody says who of several it is.
    /// - Returns: Whether the picture waited for that.
    func choose(_ box: Box, of picture: EventID) async throws(StoreError) -> Bool
    /// Makes a picture that still waits, for the same individual, one that they are known by; it is no more itself, and all of the kind are to be compared
    /// anew. None of people while they are not recognised.
    /// - Returns: Whether it did.
    func learn(_ picture: OfferedPicture, model: String, portrait: [UInt8], at time: Timestamp) async throws(StoreError) -> Bool
    /// Takes away a picture that was given, also one that somebody is known by: then all of the kind are to be compared anew.
    /// - Returns: Whether somebody was known by it; nil where there is no such picture of theirs.
    func removePicture(_ id: EventID, of individual: EventID) async throws(StoreError) -> Bool?
    /// Forgets pictures that were found, before a time, to be of no use, or to show several, of which nobody has said who it is.
    func forgetPictures(before time: Timestamp) async throws(StoreError) -> Int

    // MARK: What somebody is known by

    /// The newest first.
    func knownPictures(of individual: EventID) async throws(StoreError) -> [KnownPicture]

    // MARK: Portraits of another model

    /// Portraits of a kind that another model made than the one that is named, and that were not found useless for that. No faces while people are
    /// not recognised.
    /// - Parameter aside: Ids of those that are not asked for.
    func oldPortraits(_ kind: PortraitKind, model: String, except aside: Set<EventID>, limit: Int) async throws(StoreError) -> [OldPortrait]
    /// How many portraits of a kind there are of another model than the one that is named, without those that were found useless for that.
    func oldPortraitCount(_ kind: PortraitKind, model: String) async throws(StoreError) -> Int
    /// Puts new numbers in place of the old ones, where they are still the old ones; an event's portrait is to be compared then, and with one of the gallery
    /// all of the kind.
    func renew(_ portrait: OldPortrait, model: String, box: [UInt8]) async throws(StoreError)
    /// Notes that nothing can be made of a portrait by a model: it stays, and is compared with nothing.
    func giveUp(_ portrait: OldPortrait, for model: String) async throws(StoreError)
}
