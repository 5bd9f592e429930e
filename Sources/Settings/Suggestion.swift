/// The name among `candidates` that `name` was probably meant to be; `nil` when none is near.
func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let limit = name.count < 3 ? 0 : max(1, name.count / 3)
    let near = candidates.map { ($0, distance(Array(name.lowercased()), Array($0.lowercased()))) }
        .filter { $0.1 <= limit }
    return near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}

/// How many insertions, deletions, replacements and swaps of neighbours lead from `left` to `right`.
private func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
        var row = [i + 1]
        for (j, b) in right.enumerated() {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
            if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
