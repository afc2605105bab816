import Foundation

/// Quantiles of a few measured values, by nearest rank.
enum Quantiles {
    /// nil where there are no values.
    static func value(_ values: [Double], _ quantile: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let rank = (quantile * Double(sorted.count)).rounded(.up)
        return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
    }

    static func text(_ values: [Double], _ quantile: Double) -> String {
        value(values, quantile).map { String(format: "%.2f", $0) } ?? "–"
    }
}
