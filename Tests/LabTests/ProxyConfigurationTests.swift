import Testing
import Transports

@testable import Lab

@Suite("The configurations of reverse proxies")
struct ProxyConfigurationTests {
    private static let proxies: [Intermediary] = Intermediary.allCases.filter { $0 != .direct }
    private static let route = ProxyRoute(port: 40_001, serverPorts: [40_002], clients: 100)

    @Test(
        "nginx: connections are kept open, WebSocket upgrades are forwarded, responses are buffered by default")
    func nginx() {
        let configuration = NginxConfiguration(route: Self.route, upstreamVersion: .http11)
        #expect(
            configuration.text == """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {
                    worker_connections 464;
                }
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    keepalive_timeout 2h;
                    keepalive_requests 1000000000;
                    map $http_upgrade $connection_field {
                        default upgrade;
                        "" "";
                    }
                    upstream pushlab_server {
                        server 127.0.0.1:40002;
                        keepalive 100;
                        keepalive_timeout 2h;
                        keepalive_requests 1000000000;
                    }
                    server {
                        listen 127.0.0.1:40001 reuseport backlog=4096;
                        location / {
                            proxy_pass http://pushlab_server;
                            proxy_set_header Host $http_host;
                            proxy_read_timeout 2h;
                            proxy_send_timeout 2h;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection $connection_field;
                        }
                    }
                }

                """)
        #expect(configuration.arguments(in: "/tmp/x") == ["-p", "/tmp/x/", "-c", "nginx.conf", "-e", "stderr"])
    }

    @Test("nginx with HTTP/1.0: no connection to the server is kept open and nothing is upgraded")
    func nginxHTTP10() throws {
        let text = try #require(Intermediary.nginxHTTP10.configuration(for: Self.route)).text
        #expect(text.contains("proxy_http_version 1.0;\n            proxy_set_header Connection close;\n"))
        #expect(!text.contains("$http_upgrade;"))
        #expect(text.contains("server 127.0.0.1:40002;\n    }\n"), "the upstream keeps nothing")
        #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
    }

    @Test("HAProxy: one process, connections to the server are shared, chunks are forwarded at once")
    func haproxy() {
        let configuration = HaproxyConfiguration(route: Self.route)
        #expect(
            configuration.text == """
                global
                    maxconn 264

                defaults
                    mode http
                    timeout connect 5s
                    timeout client 2h
                    timeout http-request 2h
                    timeout http-keep-alive 2h
                    timeout server 2h
                    timeout tunnel 2h
                    option http-no-delay
                    http-reuse always

                listen pushlab
                    bind 127.0.0.1:40001 backlog 4096
                    server pushlab 127.0.0.1:40002 pool-purge-delay 2h

                """)
        #expect(configuration.arguments(in: "/tmp/x") == ["-db", "-f", "haproxy.cfg"])
        #expect(configuration.descriptors == 784)
    }

    @Test("Apache: one child with a thread per client, and the lines that each setting needs")
    func apache() {
        let configuration = ApacheConfiguration(route: Self.route)
        let lines = configuration.text.split(separator: "\n").map(String.init)
        for line in [
            "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so", "Listen 127.0.0.1:40001",
            "ListenCoresBucketsRatio 1000000", "Mutex pthread default", "ServerLimit 1", "ThreadsPerChild 189",
            "ThreadLimit 189", "MaxRequestWorkers 189", "Timeout 7200", "KeepAliveTimeout 7200", "ProxyTimeout 7200",
            "MaxKeepAliveRequests 0", "User #65534",
            "ProxyPass / http://127.0.0.1:40002/ upgrade=websocket flushpackets=on retry=0",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(
            configuration.arguments(in: "/tmp/x") == ["-d", "/tmp/x", "-f", "/tmp/x/apache.conf", "-DFOREGROUND"])
    }

    @Test("Caddy: no administration, no certificates, responses are forwarded at once")
    func caddy() {
        let configuration = CaddyConfiguration(route: Self.route)
        for part in [
            #""admin": {"disabled": true, "config": {"persist": false}}"#, #""listen": ["127.0.0.1:40001"]"#,
            #""automatic_https": {"disable": true}"#, #""flush_interval": -1"#,
            #""upstreams": [{"dial": "127.0.0.1:40002"}]"#, #""compression": false"#,
            #""max_idle_conns_per_host": 100"#,
        ] {
            #expect(configuration.text.contains(part), "\(part)")
        }
        for (open, close) in [("{", "}"), ("[", "]")] as [(Character, Character)] {
            #expect(configuration.text.count { $0 == open } == configuration.text.count { $0 == close })
        }
        #expect(configuration.arguments(in: "/tmp/x") == ["run", "--config", "caddy.json"])
    }

    @Test("the descriptors suffice for both sides of every client", arguments: proxies, [1, 100, 4_000])
    func descriptors(proxy: Intermediary, clients: Int) throws {
        let route = ProxyRoute(port: 1, serverPorts: [2], clients: clients)
        let configuration = try #require(proxy.configuration(for: route))
        #expect(configuration.descriptors >= 2 * clients + 64)
        #expect(configuration.text.contains("127.0.0.1:1") && configuration.text.contains("127.0.0.1:2"))
    }

    @Test("a scenario's word has the configuration of the same program", arguments: proxies)
    func words(proxy: Intermediary) throws {
        let configuration = try #require(proxy.configuration(for: Self.route))
        #expect(type(of: configuration).program == proxy.program)
        #expect(proxy.program?.name == proxy.programName)
    }

    @Test("without a proxy there is no configuration")
    func direct() {
        #expect(Intermediary.direct.configuration(for: Self.route) == nil)
        #expect(Intermediary.direct.program == nil)
    }
}

@Suite("The programs of reverse proxies")
struct ProxyProgramTests {
    @Test(
        "the version is read from what each program prints",
        arguments: [
            (Intermediary.nginx, "nginx version: nginx/1.22.1\n", "1.22.1"),
            (.haproxy, "HAProxy version 2.6.12-1+deb12u2 2025/04/29 - https://haproxy.org/\n", "2.6.12-1+deb12u2"),
            (.apache, "Server version: Apache/2.4.66 (Debian)\nServer built:   2025-12-05\n", "2.4.66"),
            (.caddy, "2.6.2\n", "2.6.2"), (.caddy, "v2.8.4 h1:q3pe0wpBj1OcHFZ3n/1nl4V4bxBrYoSoab7rL9BMYNk=\n", "2.8.4"),
            (.nginx, "no such option\n", nil), (.caddy, "", nil), (.caddy, "unknown\n", nil),
        ] as [(Intermediary, String, String?)])
    func version(proxy: Intermediary, printed: String, version: String?) {
        #expect(proxy.program?.installed.version(in: printed) == version)
    }

    @Test(
        "the complaint is the line that says why the program ended",
        arguments: [
            (Intermediary.haproxy, "[NOTICE] (1) : version\n[ALERT] (1) : cannot bind\n", "[ALERT] (1) : cannot bind"),
            (.caddy, #"{"level":"info"}"# + "\nError: loading initial config: x\n", "Error: loading initial config: x"),
            (.nginx, "nginx: [emerg] bind() failed\nmore\n", "nginx: [emerg] bind() failed"),
            (.apache, "x\n", "x"), (.apache, "", ""),
        ])
    func complaint(proxy: Intermediary, printed: String, sentence: String) {
        #expect(proxy.program?.installed.complaint(in: printed) == sentence)
    }

    @Test("a program that is not there is named with its package")
    func missing() {
        let program = ProxyProgram(
            name: "apache", package: "apache2-bin", executable: "no such file", versionArguments: [], versionMark: "")
        let fault = #expect(throws: ProxyMissing.self) { try program.path() }
        #expect(
            fault?.description
                == "the scenario goes through apache, which is not installed; install the Debian package apache2-bin")
    }

    @Test("too many clients are refused with the limit and its reason")
    func tooMany() {
        #expect(
            "\(TooManyProxyClients(program: ApacheConfiguration.program, clients: 5_000))"
                == "the scenario goes through apache with 5000 clients; allowed 1 to 4000, because apache needs a "
                + "thread for each response and WebSocket under way; use fewer clients or another proxy")
    }
}
