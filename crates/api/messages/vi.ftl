### Những gì API nói với người dùng khi một yêu cầu bị từ chối, bằng tiếng Việt.
### problem-CODE: tiêu đề của thông báo lỗi; .detail: người dùng cần làm gì. violation-CODE: một trường sai ở chỗ nào.
### Các thông báo này đứng cùng thứ tự trong en.ftl.

## Lỗi: bản thân yêu cầu

problem-malformed_body = Không đọc được yêu cầu
    .detail = Nội dung gửi lên không phải JSON hợp lệ hoặc có trường bị lặp. Vui lòng sửa lại rồi gửi lại.
problem-invalid_parameter = Tham số không hợp lệ
    .detail = Có tham số trên địa chỉ không được hỗ trợ, bị lặp hoặc có giá trị không được phép. Vui lòng sửa những tham số được nêu rồi thử lại.
problem-invalid_cursor = Trang danh sách này không còn hợp lệ
    .detail = Con trỏ phân trang thuộc về danh sách, bộ lọc, cách sắp xếp hoặc người dùng khác. Vui lòng tải lại từ trang đầu.
problem-cursor_gone = Lịch sử sự kiện không còn khớp với vị trí này
    .detail = Hệ thống đã được khôi phục từ bản sao lưu. Vui lòng đọc lại từ đầu, hoặc dùng since với một thời điểm đã biết.
problem-invalid_header = Tiêu đề của yêu cầu không hợp lệ
    .detail = Có tiêu đề (header) của yêu cầu không đúng định dạng. Vui lòng sửa những tiêu đề được nêu rồi thử lại.
problem-not_found = Không tìm thấy
    .detail = Bản ghi không tồn tại hoặc bạn không có quyền xem. Vui lòng kiểm tra lại đường dẫn hoặc liên hệ quản trị viên để được cấp quyền.
problem-method_not_allowed = Phương thức không được hỗ trợ
    .detail = Địa chỉ này có tồn tại nhưng không hỗ trợ phương thức bạn dùng. Vui lòng dùng một trong các phương thức nêu ở tiêu đề Allow.
problem-not_acceptable = Định dạng phản hồi được yêu cầu không được hỗ trợ
    .detail = Hệ thống trả về JSON, nhưng tiêu đề Accept của yêu cầu không chấp nhận JSON. Vui lòng chấp nhận application/json.
problem-body_too_large = Nội dung gửi lên quá lớn
    .detail = Dung lượng gửi lên vượt quá mức cho phép. Vui lòng chia nhỏ rồi gửi lại.
problem-body_too_slow = Nội dung gửi lên quá chậm
    .detail = Hệ thống không nhận đủ dữ liệu trong thời gian cho phép. Vui lòng kiểm tra kết nối mạng rồi thử lại.
problem-unsupported_media_type = Định dạng không được hỗ trợ
    .detail = Hệ thống không đọc được định dạng dữ liệu đã gửi. Vui lòng gửi ở định dạng JSON hoặc định dạng nêu trong tài liệu API.
problem-range_not_satisfiable = Phần được yêu cầu không tồn tại
    .detail = Tiêu đề Range yêu cầu phần nằm ngoài tệp. Vui lòng yêu cầu một phần trong độ dài của tệp, hoặc toàn bộ tệp.
problem-validation_failed = Một số thông tin chưa hợp lệ
    .detail = Vui lòng sửa các trường được liệt kê rồi gửi lại.
problem-idempotency_key_reused = Idempotency-Key đã được sử dụng
    .detail = Khóa Idempotency-Key này đã được dùng cho một yêu cầu khác. Vui lòng dùng khóa mới cho mỗi yêu cầu mới.
problem-version_mismatch = Bản ghi đã được thay đổi
    .detail = Bản ghi đã thay đổi sau khi bạn mở. Vui lòng tải lại phiên bản mới nhất, kiểm tra rồi thực hiện lại thay đổi của bạn.
problem-version_required = Thiếu phiên bản của bản ghi
    .detail = Thao tác này cần biết phiên bản của bản ghi mà bạn đã xem. Vui lòng tải lại bản ghi và gửi kèm phiên bản trong tiêu đề If-Match.

## Lỗi: đăng nhập và quyền

problem-unauthenticated = Bạn chưa đăng nhập
    .detail = Phiên đăng nhập đã hết hạn, hoặc yêu cầu không kèm mã truy cập hay khóa API hợp lệ. Vui lòng đăng nhập rồi thử lại.
problem-invalid_credentials = Email hoặc mật khẩu không đúng
    .detail = Vui lòng kiểm tra lại email và mật khẩu. Nếu vẫn không đăng nhập được, vui lòng liên hệ quản trị viên.
problem-invalid_refresh_token = Phiên đăng nhập đã kết thúc
    .detail = Không thể tiếp tục phiên đăng nhập này. Vui lòng đăng nhập lại.
problem-invalid_signature = Chữ ký không hợp lệ
    .detail = Dữ liệu không được ký bằng khóa bí mật đã khai báo cho tổng đài này. Vui lòng kiểm tra khóa bí mật ở cả hai nơi.
problem-refresh_in_progress = Phiên đăng nhập vừa được gia hạn
    .detail = Một lệnh gọi khác của cùng ứng dụng vừa gia hạn phiên đăng nhập này. Vui lòng dùng kết quả của lệnh gọi đó.
problem-forbidden = Bạn không có quyền thực hiện thao tác này
    .detail = Vai trò của bạn, hoặc khóa API đang dùng, không được phép thực hiện thao tác này. Vui lòng liên hệ quản trị viên nếu bạn cần quyền.

## Lỗi: giới hạn và tình trạng của hệ thống

problem-too_many_requests = Quá nhiều yêu cầu
    .detail = Bạn đã gửi quá nhiều yêu cầu trong thời gian ngắn. Vui lòng chờ một lát theo tiêu đề Retry-After rồi thử lại.
problem-form_quota_exceeded = Biểu mẫu tạm thời không nhận thêm thông tin
    .detail = Biểu mẫu đã nhận đủ số lượt gửi trong giờ này. Vui lòng thử lại sau.
problem-internal_error = Hệ thống gặp sự cố
    .detail = Yêu cầu chưa hoàn tất do lỗi từ phía hệ thống. Vui lòng thử lại; nếu lỗi vẫn còn, vui lòng liên hệ quản trị viên.
problem-unavailable = Hệ thống tạm thời gián đoạn
    .detail = Hiện chưa truy cập được dữ liệu. Vui lòng thử lại sau ít phút.
problem-storage_unavailable = Tạm thời không lưu hoặc đọc được tệp
    .detail = Nơi lưu tệp đã đầy hoặc chưa truy cập được. Vui lòng thử lại sau; nếu lỗi vẫn còn, vui lòng liên hệ quản trị viên.
problem-storage_full = Hệ thống đã hết chỗ lưu dữ liệu
    .detail = Chưa có gì được lưu. Vui lòng thử lại sau; nếu lỗi vẫn còn, vui lòng liên hệ quản trị viên.
problem-not_initialised = Hệ thống chưa được thiết lập
    .detail = Hệ thống chưa có cấu hình bán hàng. Vui lòng đề nghị quản trị viên hoàn tất thiết lập bằng lệnh "chot init".

## Lỗi: mọi loại bản ghi

problem-wrong_status = Trạng thái hiện tại không cho phép thao tác này
    .detail = Bản ghi đang ở trạng thái không phù hợp với thao tác này. Vui lòng tải lại bản ghi và chọn thao tác phù hợp với trạng thái.
problem-archived = Bản ghi đã được lưu trữ
    .detail = Không thể thay đổi bản ghi đã lưu trữ. Vui lòng khôi phục bản ghi, hoặc khách hàng mà bản ghi thuộc về, rồi thử lại.
problem-already_exists = Đã tồn tại
    .detail = Đã có bản ghi khác dùng tên, địa chỉ, mã hoặc khóa này. Vui lòng chọn giá trị khác hoặc dùng bản ghi đã có.
problem-in_use = Bản ghi đang được sử dụng
    .detail = Không thể thực hiện vì còn bản ghi khác phụ thuộc vào bản ghi này. Vui lòng đóng, chuyển hoặc lưu trữ các bản ghi đó trước.
problem-stage_needs_action = Không thể kéo thẻ vào giai đoạn này
    .detail = Giai đoạn này ứng với một trạng thái khác. Vui lòng dùng thao tác tương ứng, chẳng hạn phân bổ, chuyển đổi, đánh dấu thắng hoặc thất bại.
problem-tag_of_stage = Không thể gỡ thẻ của giai đoạn hiện tại
    .detail = Bản ghi giữ thẻ của giai đoạn trong suốt thời gian ở giai đoạn đó. Vui lòng chuyển bản ghi sang giai đoạn khác thay vì gỡ thẻ.
problem-no_trials = Không có dùng thử
    .detail = Tổ chức này không cấp dùng thử: playbook không quy định thời gian dùng thử.
problem-not_in_pool = Bản ghi không còn trong kho chung
    .detail = Đã có người khác nhận bản ghi này, hoặc bản ghi không nằm trong kho chung. Vui lòng tải lại danh sách và chọn bản ghi khác.
problem-owner_required = Chưa có nhân viên kinh doanh phụ trách
    .detail = Hồ sơ đang ở trong kho chung và chưa có người phụ trách. Vui lòng nhận hồ sơ, hoặc đề nghị phân bổ cho một nhân viên kinh doanh, rồi thử lại.

## Lỗi: khách hàng tiềm năng và việc chuyển đổi

problem-lead_not_verified = Khách hàng tiềm năng chưa được xác thực
    .detail = Vui lòng xác nhận thông tin của khách hàng tiềm năng là thật trước khi chuyển đổi.
problem-too_few_contact_attempts = Cần liên hệ thêm trước khi cất lead
    .detail = Tổ chức của bạn yêu cầu liên hệ không thành công đủ số lần trước khi cất khách hàng tiềm năng. Vui lòng ghi lại các lần liên hệ rồi thử lại.
problem-support_answer_missing = Cần có yêu cầu hỗ trợ đã được trả lời
    .detail = Tổ chức của bạn quy định phải có yêu cầu hỗ trợ đã được trả lời trước khi cất khách hàng tiềm năng. Vui lòng tạo yêu cầu hỗ trợ cho khách hàng tiềm năng này và chờ trả lời.
problem-lead_already_converted = Khách hàng tiềm năng đã được chuyển đổi
    .detail = Không thể thay đổi khách hàng tiềm năng đã chuyển đổi. Vui lòng làm việc với khách hàng đã được tạo, hoặc hoàn tác chuyển đổi trước.
problem-duplicates_undecided = Có thể bị trùng
    .detail = Hệ thống tìm thấy các bản ghi có thể là cùng một khách hàng. Vui lòng quyết định cho từng bản ghi: liên kết, hoặc xác nhận là khách hàng khác.
problem-account_not_editable = Bạn không được sửa khách hàng này
    .detail = Khách hàng mà bạn muốn liên kết do người khác phụ trách. Vui lòng liên hệ nhân viên kinh doanh phụ trách hoặc quản lý của bạn.
problem-conversion_blocked = Không thể hoàn tác chuyển đổi
    .detail = Các bản ghi từ lần chuyển đổi này đã được xử lý tiếp. Vui lòng chỉnh sửa trực tiếp trên các bản ghi đó.
problem-conversion_reverted = Chuyển đổi đã được hoàn tác trước đó
    .detail = Không còn gì để hoàn tác. Nếu bạn cần lại khách hàng này, vui lòng chuyển đổi khách hàng tiềm năng lần nữa.

## Lỗi: khách hàng và cơ hội

problem-identity_taken = Đã có khách hàng với số này
    .detail = Mã số thuế hoặc số căn cước công dân này thuộc về một khách hàng đã có. Vui lòng kiểm tra lại số, hoặc dùng khách hàng đó; nếu không xem được, vui lòng hỏi quản lý của bạn.
problem-child_account = Không thể tạo cơ hội cho khách hàng con
    .detail = Vui lòng tạo cơ hội ở khách hàng cha.
problem-open_opportunities = Khách hàng vẫn còn cơ hội đang mở
    .detail = Vui lòng đóng mọi cơ hội đang mở của khách hàng (thắng hoặc thất bại), hoặc lưu trữ chúng, rồi thử lại.

## Lỗi: người dùng

problem-last_administrator = Đây là quản trị viên cuối cùng
    .detail = Hệ thống phải còn ít nhất một quản trị viên đang hoạt động. Vui lòng cấp vai trò quản trị viên cho một người dùng khác trước.

## Lỗi: trường hợp khác

problem-sandbox_off = Đây không phải môi trường thử nghiệm
    .detail = Chỉ môi trường thử nghiệm mới dời được đồng hồ; hãy chạy máy chủ với CHOT_SANDBOX=1 để thử.
problem-other = Không thể hoàn tất yêu cầu
    .detail = Vui lòng kiểm tra lại thông tin rồi thử lại. Nếu vẫn gặp lỗi, vui lòng liên hệ quản trị viên.

## Vi phạm: cấu trúc của yêu cầu

violation-required = Vui lòng điền trường này.
violation-unknown_member = Trường này không được hỗ trợ, vui lòng bỏ đi.
violation-repeated_member = Trường này bị lặp, vui lòng chỉ gửi một lần.
violation-wrong_type = Giá trị không đúng kiểu dữ liệu.
violation-wrong_length = Giá trị không có đúng số phần tử.
violation-not_one_of = Vui lòng chọn một trong các giá trị được phép.
violation-unknown_value = Giá trị này không được hỗ trợ, vui lòng kiểm tra lại hoặc chọn giá trị khác.
violation-invalid_value = Giá trị không hợp lệ, vui lòng kiểm tra lại.
violation-invalid_id = Mã định danh của bản ghi không hợp lệ.
violation-immutable = Không thể sửa trực tiếp trường này, vui lòng dùng thao tác dành riêng để thay đổi.
violation-empty_patch = Chưa có thay đổi nào, vui lòng gửi ít nhất một trường cần thay đổi.

## Vi phạm: văn bản, số, danh sách và ngày tháng

violation-blank = Vui lòng không để trống trường này.
violation-too_short = Nội dung quá ngắn.
violation-too_long = Nội dung quá dài, vui lòng rút gọn.
violation-nul_character = Nội dung có ký tự không được phép, vui lòng nhập lại.
violation-out_of_range = Số này nằm ngoài khoảng cho phép.
violation-too_large = Số tiền quá lớn, vui lòng kiểm tra lại.
violation-not_whole = Vui lòng nhập số tiền nguyên, không có phần lẻ.
violation-too_few = Danh sách có quá ít mục.
violation-too_many = Danh sách có quá nhiều mục.
violation-repeated = Mục này bị lặp, vui lòng chỉ giữ lại một lần.
violation-in_the_past = Thời điểm này đã qua, vui lòng chọn thời điểm muộn hơn.
violation-in_the_future = Ngày này không được ở tương lai.

## Vi phạm: định dạng

violation-invalid_phone = Số điện thoại không hợp lệ, vui lòng kiểm tra lại và thêm mã quốc gia nếu là số nước ngoài.
violation-invalid_email = Địa chỉ email không hợp lệ, vui lòng nhập theo dạng ten@example.com.
violation-invalid_web_address = Địa chỉ trang web không hợp lệ, vui lòng nhập theo dạng https://example.com.
violation-invalid_money = Vui lòng nhập số tiền từ 0 trở lên, chỉ gồm chữ số và không có dấu phân cách hàng nghìn, ví dụ 150000000.
violation-invalid_tax_code = Mã số thuế không hợp lệ, mã số thuế gồm 10, 12 hoặc 13 chữ số.
violation-tax_code_checksum = Mã số thuế này không tồn tại, vui lòng kiểm tra xem có gõ nhầm chữ số không.
violation-invalid_citizen_id = Số giấy tờ không hợp lệ, căn cước công dân gồm 12 chữ số và chứng minh nhân dân cũ gồm 9 chữ số.
violation-invalid_idempotency_key = Idempotency-Key phải gồm từ 1 đến 255 chữ cái, chữ số, dấu gạch nối hoặc gạch dưới.
violation-invalid_if_match = Tiêu đề If-Match phải ghi phiên bản trong dấu ngoặc kép, ví dụ "3", đúng như tiêu đề ETag đã trả về.
violation-invalid_key = Vui lòng chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ cái.

## Vi phạm: những gì trường tham chiếu đến

violation-not_found = Mục được chọn không tồn tại hoặc bạn không dùng được, vui lòng chọn mục khác.
violation-unknown_key = Giá trị này không có trong danh mục của tổ chức, vui lòng chọn từ danh mục.
violation-retired_key = Giá trị này không còn được sử dụng, vui lòng chọn giá trị khác trong danh mục.
violation-reserved_key = Lý do này dành cho quy tắc của hệ thống, vui lòng chọn lý do khác.
violation-cannot_own = Vai trò của người này không làm việc với loại hồ sơ này, vui lòng chọn người khác.

## Vi phạm: khách hàng và người liên hệ

violation-not_for_this_kind = Trường này không phù hợp với loại khách hàng: mã số thuế dành cho doanh nghiệp, số căn cước công dân và ngày sinh dành cho cá nhân.
violation-before_date_of_birth = Ngày cấp phải sau ngày sinh.
violation-unknown_province = Mã tỉnh, thành phố này không thuộc danh sách hiện hành, vui lòng chọn tỉnh, thành phố trong danh sách.
violation-invalid_commune_code = Mã xã, phường phải gồm đúng 5 chữ số.
violation-is_a_child_itself = Khách hàng được chọn làm khách hàng cha lại là khách hàng con, vui lòng chọn khách hàng không thuộc khách hàng nào khác.
violation-is_the_account_itself = Khách hàng không thể là khách hàng cha của chính mình, vui lòng chọn khách hàng khác.

## Vi phạm: khách hàng tiềm năng, biểu mẫu web và việc chuyển đổi

violation-no_way_to_reach = Vui lòng nhập ít nhất một cách liên lạc, chẳng hạn số điện thoại hoặc email.
violation-not_for_this_result = Chỉ nêu lý do khi thông tin không thật, vui lòng bỏ trường này.
violation-name_not_mapped = Vui lòng chọn một trường của biểu mẫu để điền tên khách hàng tiềm năng.
violation-account_is_needed = Chuyển đổi luôn cần một khách hàng, vui lòng tạo mới hoặc liên kết khách hàng đã có.
violation-belongs_to_another_account = Bản ghi này không thuộc khách hàng được liên kết, vui lòng chọn bản ghi của khách hàng đó.
violation-only_with_link = Chỉ dùng trường này khi liên kết với bản ghi đã có.
violation-only_with_create = Chỉ dùng trường này khi tạo bản ghi mới.

## Vi phạm: cơ hội

violation-stage_of_another_card = Giai đoạn này dành cho loại bản ghi khác, vui lòng chọn giai đoạn phù hợp.
violation-not_an_open_stage = Cơ hội mới phải bắt đầu ở một giai đoạn đang mở, vui lòng chọn giai đoạn khác.
violation-not_the_account_owner = Cơ hội do nhân viên kinh doanh phụ trách khách hàng đảm nhận, vui lòng chọn đúng người đó hoặc để trống.
violation-activity_of_another_kind = Hoạt động này thuộc loại khác, cuộc gặp cần hoạt động gặp, cuộc gọi cần hoạt động gọi.
violation-already_given = Nội dung này đã được dùng làm bằng chứng, vui lòng cập nhật bằng chứng mới.
violation-not_done = Hoạt động này chưa diễn ra, vui lòng hoàn thành trước.
violation-not_for_this_evidence = Trường này không thuộc loại bằng chứng đã chọn, vui lòng bỏ đi.
violation-of_another_opportunity = Nội dung này thuộc bản ghi khác, bằng chứng cần tệp hoặc hoạt động của chính cơ hội này.

## Vi phạm: yêu cầu hỗ trợ

violation-is_oneself = Bạn không thể tự yêu cầu chính mình hỗ trợ, vui lòng chọn người khác.

## Vi phạm: tệp đính kèm

violation-invalid_file_name = Tên tệp bị trống hoặc chứa ký tự điều khiển, vui lòng đổi tên tệp.
violation-empty_file = Tệp này trống, vui lòng chọn tệp khác.
violation-file_type_not_allowed = Loại tệp này không được chấp nhận, vui lòng gửi ảnh, tài liệu PDF hoặc Office, văn bản UTF-8, bản ghi âm, video hoặc tệp ZIP.
violation-content_type_mismatch = Nội dung tệp không đúng với tên hoặc loại tệp, vui lòng kiểm tra và đặt đúng phần mở rộng.
violation-image_too_large = Ảnh có quá nhiều điểm ảnh, vui lòng thu nhỏ ảnh.
violation-harmful_content = Tệp này bị nhận diện là có hại nên không được chấp nhận.

## Vi phạm: hoạt động và lịch

violation-only_one_record = Nội dung này chỉ gắn với một bản ghi, vui lòng chỉ chọn một.
violation-out_of_reach = Bạn không quản lý đồng nghiệp này, vui lòng chọn người trong nhóm của bạn hoặc nhờ người có quyền phân công.
violation-record_required = Vui lòng cho biết bản ghi liên quan: đúng một trong các mã định danh.
violation-only_when_done = Thông tin này chỉ dành cho việc đã làm xong, vui lòng nhập thời điểm đã làm hoặc bỏ trường này.
violation-only_while_planned = Mật khẩu vào máy của khách chỉ được giữ khi hoạt động còn trong kế hoạch, vui lòng bỏ mật khẩu.
violation-before_the_start = Thời điểm kết thúc phải sau thời điểm bắt đầu.
violation-too_old = Sự việc này đã xảy ra quá lâu nên không được ghi nhận nữa.
violation-too_soon = Quá sớm sau cuộc gọi chưa liên hệ được; vui lòng đợi đến buổi kế tiếp.
violation-too_late = Thời điểm kết thúc quá xa thời điểm bắt đầu: một hoạt động kéo dài nhiều nhất 31 ngày, lịch hiển thị nhiều nhất 62 ngày mỗi lần.

## Vi phạm: người dùng, nhóm và khóa API

violation-wrong_password = Mật khẩu hiện tại không đúng.
violation-common_password = Mật khẩu này nằm trong số dễ bị đoán ra nhất, vui lòng chọn mật khẩu khác, chẳng hạn một câu.
violation-contains_own_name = Mật khẩu này chứa tên của bạn, vui lòng chọn mật khẩu khác.
violation-contains_own_address = Mật khẩu này chứa một phần địa chỉ e-mail của bạn, vui lòng chọn mật khẩu khác.
violation-below_itself = Nhóm không thể trực thuộc chính mình hoặc nhóm cấp dưới của mình, vui lòng chọn nhóm cấp trên khác.
violation-beyond_your_rights = Bạn không có quyền này nên không thể cấp cho khóa API, vui lòng bỏ đi.

## Vi phạm: cấu hình bán hàng

violation-unknown_playbook = Không có cấu hình bán hàng nào mang tên này, vui lòng chọn một trong các cấu hình có sẵn.
violation-repeated_key = Khóa này bị trùng, vui lòng đặt cho mỗi mục một khóa riêng.
violation-status_of_another_card = Trạng thái này không phù hợp với loại bản ghi của giai đoạn.
violation-no_stage_for_status = Vui lòng thiết lập ít nhất một giai đoạn đang dùng cho mỗi trạng thái: đang mở, thắng và thất bại.
violation-only_for_choices = Chỉ trường dạng lựa chọn mới có các lựa chọn; vui lòng bỏ chúng đi, hoặc đổi kiểu của trường.
violation-admin_needs_every_permission = Vai trò "admin" phải tồn tại, có phạm vi trên mọi bản ghi và có đầy đủ các quyền.

## Vi phạm: trường hợp khác

violation-clock_backwards = Đồng hồ chỉ dời được về phía trước; vui lòng chọn thời điểm muộn hơn.
violation-not_together = Vui lòng chỉ điền một trong các trường này.
violation-other = Giá trị này không được chấp nhận, vui lòng kiểm tra lại.

## Thông báo
### notification-KIND-title và -text: điều người dùng được báo. $name là tên bản ghi; $count là số đầu mối; $reason là lý do.

notification-other-title = Thông báo mới
notification-other-text = Có một việc mới mà phiên bản này của chương trình chưa biết. Vui lòng tải lại trang.
notification-lead_assigned-title = { $count ->
        [1] Bạn được giao khách hàng tiềm năng { $name }
       *[other] Bạn được giao { $count } khách hàng tiềm năng
    }
notification-lead_assigned-text = { $count ->
        [1] Từ nay bạn phụ trách khách hàng tiềm năng { $name }. Vui lòng liên hệ với khách.
       *[other] Bạn được giao thêm { $count } khách hàng tiềm năng, trong đó có { $name }. Vui lòng liên hệ với khách.
    }
notification-lead_recalled-title = Khách hàng tiềm năng { $name } đã bị thu hồi
notification-lead_recalled-text = Chưa ghi nhận liên hệ với { $name } đúng hạn nên khách hàng tiềm năng này đã bị thu hồi và giao cho người khác.
notification-lead_follow_up_due-title = Đến ngày chăm sóc lại { $name }
notification-lead_follow_up_due-text = Hôm nay là ngày hẹn chăm sóc lại khách hàng tiềm năng { $name }.
notification-trial_ended-title = { $name } đã hết hạn dùng thử
notification-trial_ended-text = Thời gian dùng thử đã cấp cho { $name } vừa kết thúc.
notification-account_assigned-title = Bạn được giao khách hàng { $name }
notification-account_assigned-text = Từ nay bạn phụ trách khách hàng { $name } và các cơ hội đang mở của khách hàng này.
notification-account_released-title = Khách hàng { $name } đã được trả về kho chung
notification-account_released-text = Bạn không còn phụ trách khách hàng { $name }. Lý do có trong lịch sử của khách hàng; ai có quyền nhận khách hàng đều có thể nhận.
notification-opportunity_lost_by_check-title = Cơ hội { $name } bị chuyển sang thất bại vì thiếu bằng chứng
notification-opportunity_lost_by_check-text = Đến cuối ngày vẫn chưa có bằng chứng hợp lệ cho { $name } nên hệ thống đã đóng cơ hội này là thất bại.
notification-evidence_warned-title = Bằng chứng của { $name } bị cảnh báo
notification-evidence_warned-text = Bộ phận chăm sóc khách hàng đã cảnh báo bằng chứng của { $name }: { $reason }. Vui lòng bổ sung bằng chứng mới, nếu không cơ hội sẽ bị đóng là thất bại.
notification-activity_assigned-title = Bạn được giao hoạt động { $name }
notification-activity_assigned-text = Hoạt động { $name } đã được thêm vào lịch của bạn.
notification-activity_due-title = Đến hạn: { $name }
notification-activity_due-text = Hoạt động { $name } của bạn đã đến hạn.
notification-support_requested-title = Có yêu cầu hỗ trợ: { $name }
notification-support_requested-text = Một thành viên trong đội của bạn cần hỗ trợ về { $name }. Vui lòng xem và trả lời.
notification-support_answered-title = Yêu cầu hỗ trợ của bạn đã được trả lời: { $name }
notification-support_answered-text = Yêu cầu hỗ trợ của bạn về { $name } đã được trả lời. Vui lòng xem lại.
letter-greeting = Kính gửi { $name },
letter-path = Bản ghi: { $path }
letter-end = Bạn có thể chọn loại thông báo gửi qua e-mail tại: /api/v1/me/notification-preferences
