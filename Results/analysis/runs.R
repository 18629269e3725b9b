# Reads a run folder with R 4, without packages:
#
#     Rscript Results/analysis/runs.R Results/reference/quickstart [FIGURE.pdf [CASE CASE]]
#
# Counts and bytes come from rows with valid bytes, delays and CPU times from rows with valid times. An empty field is
# missing (NA), not 0.

arguments <- commandArgs(trailingOnly = TRUE)
run <- if (length(arguments) > 0) arguments[1] else "Results/reference/quickstart"
read <- function(name) {
    read.csv(file.path(run, name), na.strings = "", encoding = "UTF-8", check.names = FALSE)
}
summary_rows <- read("summary.csv")
is_true <- function(column) !is.na(column) & tolower(as.character(column)) == "true"

# The median of each case over its valid repeats, as in aggregates.csv.
medians <- function(column, valid) {
    rows <- summary_rows[is_true(summary_rows[[valid]]) & !is.na(summary_rows[[column]]), ]
    if (nrow(rows) == 0) return(data.frame(case_id = character(0)))
    result <- aggregate(rows[[column]], by = list(case_id = rows$case_id), FUN = median)
    names(result)[2] <- column
    result
}
table <- Reduce(
    function(left, right) merge(left, right, by = "case_id", all = TRUE),
    list(
        medians("latency_p50_us", "times_valid"), medians("latency_p99_us", "times_valid"),
        medians("overhead_bytes_per_item", "bytes_valid"), medians("server_cpu_us_per_item", "times_valid")
    )
)
write.csv(format(table, digits = 10, trim = TRUE, scientific = FALSE), row.names = FALSE, quote = FALSE)

# Is a case faster than another? Repeats are pairs: both had the same items in the same repeat. This is one test by
# itself; comparisons.csv of the run has all pairs, with p values that allow for their number.
compare <- function(one, other, column = "latency_p50_us") {
    rows <- summary_rows[is_true(summary_rows$times_valid), c("case_id", "repeat", column)]
    pairs <- merge(rows[rows$case_id == one, ], rows[rows$case_id == other, ], by = "repeat")
    if (nrow(pairs) < 6) return(paste("too few repeats to compare", one, "with", other))
    wilcox.test(pairs[[3]], pairs[[5]], paired = TRUE, conf.int = TRUE)
}
if (length(arguments) > 3) {
    unknown <- setdiff(arguments[3:4], summary_rows$case_id)
    if (length(unknown) > 0) stop("no case ", unknown[1], "; there are: ", toString(unique(summary_rows$case_id)))
    print(compare(arguments[3], arguments[4]))
}

# A figure for a paper: median delay of each case.
if (length(arguments) > 1) {
    pdf(arguments[2], width = 6, height = 4)
    shown <- table[!is.na(table$latency_p50_us), ]
    par(mar = c(4, 14, 2, 1), las = 1, cex = 0.7)
    barplot(shown$latency_p50_us / 1000, names.arg = shown$case_id, horiz = TRUE, log = "x", xlab = "median delay, ms")
    invisible(dev.off())
}
