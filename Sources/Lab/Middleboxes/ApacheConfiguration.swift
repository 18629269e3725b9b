/// The configuration of the Apache HTTP Server as a reverse proxy for one server: mod_proxy_http in the event MPM.
///
/// Other settings keep Apache's defaults.
struct ApacheConfiguration: ProxyConfiguration, Equatable {
    static let program = ProxyProgram(
        name: "apache", package: "apache2-bin", executable: "apache2", versionArguments: ["-v"],
        versionMark: "Apache/", complaintMark: "AH", mostClients: 4_000,
        limitReason: "apache needs a thread for each response and WebSocket under way", startTime: .seconds(1))
    static let fileName = "apache.conf"
    private static let modules = "/usr/lib/apache2/modules"

    let route: ProxyRoute

    /// One thread per exchange under way, a quarter more for those that have just ended, and 64 for status requests.
    private var threads: Int { route.clients + route.clients / 4 + 64 }

    func arguments(in folder: String) -> [String] {
        ["-d", folder, "-f", "\(folder)/\(Self.fileName)", "-DFOREGROUND"]
    }

    // One child process with all threads, because each child keeps its own connections to the server. The time limits
    // are long so that Apache never closes a connection during a run. If the lab runs as root, Apache's child must run
    // as another user, here 65534. The ratio is so large that Apache has one listening socket, but sets
    // SO_REUSEPORT for it. A mutex of another kind could outlive a killed Apache. A server that failed once would
    // otherwise not be asked for 60 s (`retry`).
    var text: String {
        """
        ServerName localhost
        LoadModule mpm_event_module \(Self.modules)/mod_mpm_event.so
        LoadModule authz_core_module \(Self.modules)/mod_authz_core.so
        LoadModule proxy_module \(Self.modules)/mod_proxy.so
        LoadModule proxy_http_module \(Self.modules)/mod_proxy_http.so
        User #65534
        Group #65534
        DefaultRuntimeDir .
        PidFile apache.pid
        Mutex pthread default
        ErrorLog /dev/stderr
        LogLevel error
        Listen 127.0.0.1:\(route.port)
        ListenBacklog 4096
        ListenCoresBucketsRatio 1000000
        StartServers 1
        ServerLimit 1
        ThreadLimit \(threads)
        ThreadsPerChild \(threads)
        MaxRequestWorkers \(threads)
        MinSpareThreads 1
        MaxSpareThreads \(threads * 2)
        ThreadStackSize 262144
        Timeout 7200
        KeepAlive On
        KeepAliveTimeout 7200
        MaxKeepAliveRequests 0
        ProxyTimeout 7200
        ProxyPreserveHost On
        ProxyPass / http://127.0.0.1:\(route.serverPort)/ upgrade=websocket flushpackets=on retry=0

        """
    }
}
