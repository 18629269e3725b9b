-- Reads a run folder with DuckDB 1.1 or later:
--
--     duckdb -c "SET VARIABLE run = 'Results/reference/quickstart'" -f Results/analysis/runs.sql
--
-- Counts and bytes come from rows with valid bytes, delays and CPU times from rows with valid times. An empty field is
-- missing (NULL), not 0. Files of the first versions lack the columns of validity; there, `valid` applies.

-- Earlier files lack the columns of the first line.
CREATE OR REPLACE VIEW summary AS
SELECT NULL::VARCHAR AS network, NULL::VARCHAR AS axes WHERE false
UNION ALL BY NAME
SELECT * FROM read_csv(getvariable('run') || '/summary.csv', header = true, nullstr = '', sample_size = -1);

CREATE OR REPLACE VIEW layers AS
SELECT * FROM read_csv(getvariable('run') || '/layers.csv', header = true, nullstr = '', sample_size = -1);

-- The median of each case over its repeats, as in aggregates.csv.
CREATE OR REPLACE VIEW medians AS
SELECT
    case_id,
    median(latency_p50_us) FILTER (WHERE times_valid) AS latency_p50_us,
    median(latency_p99_us) FILTER (WHERE times_valid) AS latency_p99_us,
    median(overhead_bytes_per_item) FILTER (WHERE bytes_valid) AS overhead_bytes_per_item,
    median(server_cpu_us_per_item) FILTER (WHERE times_valid) AS server_cpu_us_per_item
FROM summary
GROUP BY case_id
ORDER BY case_id;

SELECT * FROM medians;

-- What the network carries per item, and the ratio to the least of the same feed, clients, network and swept values.
SELECT
    feed,
    clients,
    network,
    axes,
    transport,
    variant,
    round(median(wire_bytes_estimated / (delivered + coalesce(delivered_after_window, 0))), 1) AS wire_bytes_per_item,
    round(wire_bytes_per_item / min(wire_bytes_per_item) OVER (PARTITION BY feed, clients, network, axes), 2) AS times_the_least
FROM summary
WHERE bytes_valid AND delivered > 0
GROUP BY feed, clients, network, axes, transport, variant
ORDER BY feed, clients, network, axes, wire_bytes_per_item;

-- Overhead by layer, bytes per item.
WITH received AS (
    SELECT case_id, sum(delivered + coalesce(delivered_after_window, 0)) AS items
    FROM summary
    WHERE bytes_valid AND delivered > 0
    GROUP BY case_id
)
SELECT layers.case_id, layers.layer, round(sum(layers.bytes) / any_value(received.items), 2) AS bytes_per_item
FROM layers
JOIN summary ON summary.case_id = layers.case_id AND summary."repeat" = layers."repeat"
JOIN received ON received.case_id = layers.case_id
WHERE summary.bytes_valid AND layers.layer <> 'payload'
GROUP BY layers.case_id, layers.layer
HAVING sum(layers.bytes) > 0
ORDER BY layers.case_id, bytes_per_item DESC;
