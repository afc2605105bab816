/// What became of a note that was written.
package enum NoteOutcome: Sendable, Hashable {
    case added
    /// The event is not there, or was deleted meanwhile.
    case unknownEvent
    /// The event has `EventNote.limit` of them.
    case tooMany
}
