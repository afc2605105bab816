/// Pairs rows with columns so that the sum of their costs is the least there can be (Hungarian method, in the form with potentials of
/// Jonker and Volgenant 1987): O(rows² · columns).
enum LinearAssignment {
    /// - Parameter costs: One array a row, all of one length; finite.
    /// - Returns: For each row its column; nil for rows beyond the number of columns.
    static func solve(_ costs: [[Double]]) -> [Int?] {
        guard let columns = costs.first?.count, columns > 0 else { return costs.map { _ in nil } }
        if costs.count > columns {
            // The method wants at least as many columns as rows.
            var result = [Int?](repeating: nil, count: costs.count)
            for (column, row) in solve((0..<columns).map { column in costs.map { $0[column] } }).enumerated() {
                if let row { result[row] = column }
            }
            return result
        }
        // Row 0 and column 0 stand for "none".
        var rowPotential = [Double](repeating: 0, count: costs.count + 1)
        var columnPotential = [Double](repeating: 0, count: columns + 1)
        var rowOfColumn = [Int](repeating: 0, count: columns + 1)
        for row in 1...costs.count {
            let path = shortestPath(from: row, costs, &rowPotential, &columnPotential, &rowOfColumn)
            var column = path.end
            while column != 0 {
                let before = path.before[column]
                rowOfColumn[column] = rowOfColumn[before]
                column = before
            }
        }
        var result = [Int?](repeating: nil, count: costs.count)
        for column in 1...columns where rowOfColumn[column] > 0 { result[rowOfColumn[column] - 1] = column - 1 }
        return result
    }

    /// The cheapest way from a row to a column that is free, over pairs that are exchanged on the way.
    private static func shortestPath(
        from row: Int, _ costs: [[Double]], _ rowPotential: inout [Double], _ columnPotential: inout [Double], _ rowOfColumn: inout [Int]
    ) -> (end: Int, before: [Int]) {
        let columns = columnPotential.count - 1
        var before = [Int](repeating: 0, count: columns + 1)
        var distance = [Double](repeating: .infinity, count: columns + 1)
        var isDone = [Bool](repeating: false, count: columns + 1)
        rowOfColumn[0] = row
        var column = 0
        repeat {
            isDone[column] = true
            let present = rowOfColumn[column]
            var step = Double.infinity
            var nearest = 0
            for next in 1...columns where !isDone[next] {
                let cost = costs[present - 1][next - 1] - rowPotential[present] - columnPotential[next]
                if cost < distance[next] {
                    distance[next] = cost
                    before[next] = column
                }
                if distance[next] < step {
                    step = distance[next]
                    nearest = next
                }
            }
            for other in 0...columns {
                if isDone[other] {
                    rowPotential[rowOfColumn[other]] += step
                    columnPotential[other] -= step
                } else {
                    distance[other] -= step
                }
            }
            column = nearest
        } while rowOfColumn[column] != 0
        return (column, before)
    }
}
