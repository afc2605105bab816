/// All that a hub stores, as one database holds it.
package typealias HubStore = EventStore & FleetStore & PresenceStore & SnapshotStore & CameraSettingsStore & RecordingStore & ReplicaStore
    & StarStore & IdentityStore & JournalStore & ErasureStore & PictureStore & MergeStore & AccountStore & AuditStore
    & NoteStore & VerdictStore & IncidentStore
    & NoteStore & VerdictStore & KioskStore
    & NoteStore & VerdictStore & DeletionStore
    & NoteStore & VerdictStore & PushStore
    & NoteStore & VerdictStore & IncidentStore & KioskStore & DeletionStore
