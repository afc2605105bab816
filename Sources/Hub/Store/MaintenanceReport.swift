package struct MaintenanceReport: Sendable, Hashable {
    package var deletedEvents: Int64 = 0
    package var deletedFeedRows: Int64 = 0
    package var droppedPartitions: [String] = []
    package var madePartitions: [String] = []

    package init() {}
}
