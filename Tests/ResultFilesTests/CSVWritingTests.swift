import Testing

@testable import ResultFiles

@Suite("Writing CSV, RFC 4180")
struct CSVWritingTests {
    @Test(
        "a field is quoted only when it must be",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("ü", "ü"), (" edge ", " edge "),
        ]
    )
    func quoting(field: String, written: String) {
        #expect(CSVLine.text([field, "x"]) == written + ",x\r\n")
    }

    @Test(
        "a number has at most its decimals, no exponent, no trailing zeros",
        arguments: [
            (0, "0"), (1, "1"), (-1, "-1"), (1012.5, "1012.5"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333"), (2e-7, "0"),
            (-2e-7, "0"), (0.0005, "0.001"), (1e12, "1000000000000"), (123_456.789, "123456.789"), (10.01, "10.01"),
            (100, "100"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, text: String) {
        #expect(value.fieldText(decimals: 3) == text)
    }

    @Test("a number that is not finite is missing, and a missing value is empty, never 0")
    func missing() {
        var row = TimelineRow()
        row.latencyP50Microseconds = .nan
        row.latencyP99Microseconds = .infinity
        #expect(TimelineRow.table.line(of: row) == ",,0,,,0,0,,,\r\n")
    }

    @Test("the columns of the contract come first, in its order")
    func contract() {
        let contract = """
            run_id,scenario,scenario_sha256,seed,case_id,repeat,transport,variant,clients,feed,rate_per_s,\
            payload_bytes,poll_interval_ms,rtt_ms,tls,http_version,compression,duration_s,published,expected,delivered,\
            unique,missed,duplicate,reordered,coherence_ratio,redundancy_ratio,latency_min_us,latency_p50_us,\
            latency_p90_us,latency_p99_us,latency_p999_us,latency_max_us,latency_mean_us,staleness_mean_us,\
            publisher_lag_p99_us,requests,empty_responses,items_per_response,connects,reconnects,errors,\
            payload_bytes_total,overhead_bytes_total,overhead_bytes_per_item,setup_bytes_total,tcp_payload_bytes_up,\
            tcp_payload_bytes_down,wire_bytes_estimated,server_cpu_us_per_item,server_rss_peak_bytes,load_cpu_ratio,\
            schedule_lag_p99_us,valid,invalid_reason,conserved,latency_samples,gaps,load_user_cpu_s,load_system_cpu_s,\
            server_user_cpu_s,server_system_cpu_s,published_to_received_p50_us,published_to_received_p99_us,polls_late,\
            kernel_tcp_bytes_up,kernel_tcp_bytes_down,started_at,server_kernel_tcp_bytes_up,\
            server_kernel_tcp_bytes_down,server_rss_per_connection_bytes,server_voluntary_switches,\
            server_involuntary_switches,load_voluntary_switches,load_involuntary_switches,kernel_drops,workload,\
            inflated_bytes_total,tls_resumed,bytes_valid,times_valid,bytes_per_client_s,requests_per_client_s,\
            server_cpu_us_per_client_hour,retransmitted_bytes,delivered_after_window,network,jitter_ms,\
            bandwidth_up_bit_s,bandwidth_down_bit_s,loss_ratio,link_added_p50_us,link_added_p99_us,\
            link_swallowed_bytes_up,link_swallowed_bytes_down,axes,content,\
            recoveries,recovery_p50_us,recovery_p99_us,recovery_max_us,items_lost_before_notice,server_rss_rise_bytes,\
            slow_clients,slow_delivered,slow_missed,slow_gaps,slow_items_lost_before_notice,slow_reconnects,\
            slow_disconnects,slow_items_skipped,attempts,server,server_version,first_item_p50_us,item_gap_p50_us,\
            item_gap_p99_us,clock_error_us\r\n
            """
        #expect(SummaryRow.table.header == contract)
        #expect(
            LayerRow.table.header
                == "run_id,case_id,repeat,transport,variant,direction,layer,bytes,provenance\r\n")
        #expect(
            TimelineRow.table.header
                == "run_id,case_id,repeat,transport,variant,t_s,delivered,"
                + "latency_p50_us,latency_p99_us,latency_max_us\r\n"
        )
    }
}
