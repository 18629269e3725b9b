// @ts-check
// Every string of the page in Chinese. strings.en.js has the same keys.
//
// One term for each idea, here and in the lessons (Scenarios/lessons/*/lesson.zh.md):
//
//   short polling       短轮询            long polling        长轮询
//   HTTP streaming      HTTP 流           server-sent events  服务器推送事件（SSE）
//   server push         服务器推送        transport           传输方式
//   feed                数据源            item                数据项
//   lane                通道              poll interval       轮询间隔
//   hold                保持              delay               延迟
//   median, p99         中位数, p99       age                 信息年龄
//   round-trip time     往返时间          packet loss         丢包率
//   bandwidth           带宽              overhead            开销
//   layer               层                payload             载荷
//   envelope            封装              framing             分帧
//   HTTP headers        HTTP 首部         header field        首部字段
//   request line        请求行            status line         状态行
//   handshake           握手              close code          关闭码
//   frame               帧                frame header        帧首部
//   opcode              操作码            masking key         掩码键
//   mask, unmask        加掩码（带掩码）, 去掩码    control frame       控制帧
//   fragment            分片              chunk               块
//   compress, inflate   压缩, 解压        extension           扩展
//   subprotocol         子协议            origin (of a URL)   源
//   connection          连接              token               令牌
//   up, down            上行, 下行        capture             抓包
//
// Numbers and Latin words have a space on either side, except next to a full-width sign. Punctuation is full-width.

/** @type {Record<keyof typeof import("./strings.en.js").english, string>} */
export const chinese = {
  subtitle: "同一份实时数据，五种传输方式",
  skip: "跳到正文",
  display: "显示",
  language: "语言",
  theme: "主题",
  theme_auto: "自动",
  theme_light: "浅色",
  theme_dark: "深色",
  projector: "投影字号",
  views: "视图",
  view_lanes: "通道",
  view_tabs: "六个连接",
  view_handshake: "握手",
  view_frames: "帧",
  view_exchange: "逐字节查看轮询",
  footer: "本页的所有字节数都由服务器按通道统计。",
  address: "在其他电脑上打开本页：{address}",
  address_local: "目前只有这台电脑能打开本页。启动 pushlab-server 时加上 --host 0.0.0.0，就可以共享给其他电脑。",
  close: "关闭",
  cancel: "取消",
  list_separator: "，",

  lanes_lead: "同一个数据源，以五种方式到达本页：每个数据项晚到多久？需要多少字节？",
  "transport_short-poll": "短轮询",
  "transport_long-poll": "长轮询",
  "transport_http-stream": "HTTP 流",
  transport_sse: "服务器推送事件（SSE）",
  transport_websocket: "WebSocket",
  status_connecting: "正在连接。",
  status_live: "正在接收。",
  status_reconnecting: "连接已断开，通道正在重试。",
  status_stopping: "服务器正在停止（关闭码 1001），通道正在重试。",
  status_silent: "已有 {time} 没有收到数据项。",
  status_refused: "服务器拒绝了请求：{sentence}",
  certificate: "如果通道无法连接，请先在它的地址接受证书：{addresses}",
  lost_items: "第 {first} 到 {last} 项已丢失：服务器不再保留这些数据。",
  lane_actions: "通道",
  files: "本次会话的文件",
  restart: "重新开始所有通道",
  drop: "断开我的连接",
  one_origin: "所有通道使用同一个源",
  one_origin_note: "现在所有通道使用同一个源。在 HTTP/1.1 下，浏览器对每个主机最多打开六个连接，WebSocket 不计在内。"
    + "再打开几个本页的标签页，它们的通道就要等待空闲的连接。",
  save_summary: "保存 summary.csv",
  save_layers: "保存 layers.csv",
  save_svg: "保存 SVG",
  save_png: "保存 PNG",
  strip_legend: "最近 10 s：圆点是到达的数据项，圆点前的横线从该项应当发布的时刻开始，右边缘是现在；下方的轨道显示每个请求"
    + "或连接的持续时间。按延迟统计：数字是最高一柱的数据项数，竖线是中位数。字节：包括上行和下行，所有通道使用相同的比例。",
  strip_caption: "最近 10 s：数据项和请求",
  distribution_caption: "按延迟统计的数据项",
  bar_caption: "各层字节：目前共 {bytes}",
  layers: "字节的层",
  clock_note: "延迟计到 JavaScript 收到数据项为止。时钟的最大误差：",
  table_view: "以表格显示全部数据",
  overhead_tls: "使用 TLS 时，开销包括 TLS 握手的字节；实验室的结果把它们计入建立连接的字节。",
  table_figures: "各通道的数据",
  table_layers: "各层的字节数（由服务器统计）",

  lane: "通道",
  items: "数据项",
  missed: "缺失",
  delay_now: "当前延迟",
  delay_p50: "延迟中位数",
  delay_p99: "延迟 p99",
  age: "信息年龄",
  requests: "请求数",
  overhead_per_item: "每项开销",
  bytes_up: "上行字节",
  bytes_down: "下行字节",
  state: "状态",
  layer: "层",
  direction: "方向",
  up: "上行",
  down: "下行",
  kernel: "内核的统计",
  strip_label: "最近 10 秒：目前共 {items} 项，延迟中位数 {median}",
  distribution_label: "延迟的分布：中位数 {median}，第 99 百分位数 {p99}",
  bar_label: "各层的字节：共 {bytes}",

  layer_payload: "载荷",
  layer_envelope: "封装",
  layer_framing: "分帧",
  layer_http_head: "HTTP 首部",
  layer_ws_frame_header: "WebSocket 帧首部",
  layer_ws_mask: "WebSocket 掩码",
  layer_ws_control: "WebSocket 控制帧",
  layer_handshake: "握手",
  layer_tls: "TLS",

  controls: "控制",
  no_permission: "你可以观看，但不能修改设置。修改设置需要带控制令牌的地址，pushlab-server 启动时会显示这个地址。",
  apply: "应用",
  predict_first: "先预测",
  pause: "暂停发布",
  resume: "继续发布",
  publish: "立即发布一项",
  reset: "恢复初始设置",
  pending: "尚未应用：{changes}",
  change: "{name}：{from} → {to}",
  set_rate: "发布速率",
  set_payload: "每项的大小",
  set_interval: "轮询间隔",
  set_hold: "长轮询的保持时间",
  set_cookie: "请求的 Cookie",
  set_compression: "压缩",
  set_rtt: "往返时间",
  set_loss: "丢包率",
  set_bandwidth: "带宽",
  set_preset: "网络",
  value_own: "无预设",
  value_lte: "LTE",
  value_3g: "3G",
  value_dsl: "DSL",
  value_cable: "有线电视网",
  value_satellite: "卫星",
  value_transatlantic: "跨大西洋",
  value_true: "开",
  value_false: "关",
  value_unlimited: "不限",
  no_answer: "服务器没有响应，本页每秒重新询问一次。",
  was_hidden: "本页刚才在后台。浏览器会放慢后台标签页的定时器，所以轮询推迟了。要得到新的数据，请重新开始所有通道。",
  not_done: "没有完成：{reason}",

  predict_title: "会发生什么？",
  predict_lead: "请在修改生效之前预测每条通道的变化。不想预测的可以不选。",
  predict_caption: "预测",
  predict_apply: "应用修改",
  trend_falls: "下降",
  trend_stays: "不变",
  trend_rises: "上升",
  figure_now: "当前 {value}",
  predicted: "（预测：{trend}）",
  reveal_title: "结果",
  reveal_waiting: "{change}。各通道已重新开始，数据稳定后显示对比。",
  reveal_done: "{change}。修改前后的对比：",
  reveal_score: "{asked} 个预测中有 {right} 个正确。",
  reveal_caption: "修改前与修改后",

  tabs_lead: "显示实时数据的每个标签页都要保持一个连接。在 HTTP/1.1 下，浏览器的所有标签页合在一起，对每个主机最多打开"
    + "六个连接。下面的每一行相当于一个标签页，各有一个事件流。",
  tabs_count: "标签页数",
  tabs_open: "打开标签页",
  tabs_close: "全部关闭",
  tabs_ask: "再发一个请求",
  tab_label: "标签页 {number}",
  tab_waiting: "标签页 {number}：已等待 {time}，浏览器还没有发出请求。",
  tab_open: "标签页 {number}：{time} 后打开，已收到 {items} 项。",
  tab_failed: "标签页 {number}：连接失败。",
  tab_ask_waiting: "这个请求已等待 {time}。",
  tab_ask_done: "这个请求用了 {time}。",
  tab_ask_failed: "这个请求失败了。",
  tabs_http2: "在 HTTP/2 下，所有的流共用一个连接，没有六个连接的限制。启动 pushlab-server 时加上 --tls self-signed 就能"
    + "看到：浏览器只在 TLS 上使用 HTTP/2。在这两个版本中，WebSocket 都不计入这六个连接。",

  handshake_lead: "粘贴 WebSocket 的握手：请求、响应或两者。服务器逐个字段解释，并一步一步推导 Sec-WebSocket-Accept。",
  frames_lead: "粘贴十六进制形式的 WebSocket 帧，服务器逐位解释。",
  exchange_lead: "粘贴一个请求及其响应，每个字节下面的横线用颜色表示它所属的层。",
  example: "示例",
  from_lane: "读取我的通道",
  from_lane_handshake: "再打开一个 WebSocket，显示服务器看到的握手。",
  from_lane_frames: "显示 WebSocket 通道最近的帧，与服务器收发的一致。",
  from_lane_exchange: "显示短轮询通道最近的请求和响应，与服务器收发的一致。",
  from_lane_token: "查看通道的消息需要带控制令牌的地址。",
  paste_handshake: "握手",
  paste_frames: "帧（十六进制数字）",
  paste_exchange: "请求和响应",
  explain: "解释",
  no_lanes: "通道还没有开始。",
  no_messages: "服务器没有这条通道的消息。",
  no_connection: "WebSocket 没有打开。",
  no_faults: "没有发现错误。",
  bytes_by_part: "字节",
  part_by_part: "逐项解释",
  byte_range: "（第 {from} 字节）",
  bytes_range: "（第 {from} 到 {to} 字节）",
  layer_bytes: "{layer}：{bytes} B",
  wire_size: "线路上共 {bytes}",
  example_rfc6455: "RFC 6455 第 1.3 节",
  example_wrong_accept: "错误的 Sec-WebSocket-Accept",
  example_missing_upgrade: "缺少 Connection: Upgrade 的请求",
  example_hixie76: "2010 年的草案：hixie-76",
  example_hello: "文本，无掩码（RFC 6455 第 5.7 节）",
  example_masked: "文本，带掩码",
  example_fragments: "分成两个分片的文本",
  example_ping: "Ping 和带掩码的 Pong",
  example_256: "256 字节：16 位长度",
  example_deflate: "压缩（RFC 7692 第 7.2.3 节）",
  example_bad_control: "错误：分片的 Ping",
  example_poll: "带两项数据的轮询",
  example_empty_poll: "没有数据的轮询",
};
