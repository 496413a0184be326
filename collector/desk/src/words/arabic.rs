//! Arabic. Numbers stand after a colon, where every number fits.

use wire::Category;
use wire::cases::{Action, Happened, Promise, State};
use wire::report::Met;

use super::Words;
use crate::place::{Since, Tab};

pub(super) static WORDS: Words = Words {
    skip: "الانتقال إلى المحتوى",
    one_moment: "لحظة من فضلك…",
    sign_out: "تسجيل الخروج",
    signed_out: "تم تسجيل خروجك.",
    been_signed_out: "انتهت جلستك، يُرجى تسجيل الدخول من جديد.",
    my_numbers: "أرقامي",
    account: "حسابك",
    somebody: "شخص غير معروف",
    root_cause: "السبب الجذري",
    show: "عرض",
    cancel: "إلغاء",
    all_follow_ups: "→ كل الحالات",
    score: |score, category| {
        let category = match category {
            Category::Promoter => "مروّج",
            Category::Passive => "محايد",
            Category::Detractor => "منتقد",
        };
        format!("{score} من 10، {category}")
    },
    case: |id| format!("الحالة {id}"),
    late: |span| format!("متأخر: {span}"),
    just_now: "الآن",

    unreached: "تعذّر الاتصال بالخادم. هل أنت متصل بالإنترنت؟",
    sign_in_refused: "لا يمكن تسجيل الدخول بهذا العنوان وكلمة المرور هذه.",
    too_often: "محاولات كثيرة. يُرجى الانتظار بضع دقائق ثم المحاولة من جديد.",
    link_expired: "لم يعد هذا الرابط صالحًا: فقد استُخدم أو انتهت صلاحيته أو يوجد رابط أحدث. يُرجى طلب رابط جديد.",
    no_such_case: "لا توجد هذه الحالة بين الحالات التي تراها.",
    role_missing: "دورك لا يسمح بذلك.",
    current_is_wrong: "هذه ليست كلمة مرورك الحالية.",
    password_is_weak: "كلمة المرور هذه سهلة التخمين: اختر بضع كلمات لا علاقة لها بك ولا ببعضها.",
    case_changed: "سبقك شخص آخر.",
    not_done: |detail| format!("لم يتم ذلك: {detail}"),

    sign_in: "تسجيل الدخول",
    email: "البريد الإلكتروني",
    password: "كلمة المرور",
    forgotten: "لا تملك كلمة مرور أو نسيتها؟ يستطيع مسؤول Hearback في شركتك أن يرسل إليك رابطًا.",
    signed_in_as: |name| format!("تم تسجيل الدخول باسم {name}."),
    set_a_password: "تعيين كلمة المرور",
    set_the_password: "تعيين كلمة المرور",
    welcome: |name| format!("مرحبًا، {name}"),
    choose_password: |least| {
        format!(
            "اختر كلمة مرور لا يقل عدد أحرفها عن: {least}. بضع كلمات لا علاقة بينها يصعب تخمينها ويسهل تذكّرها."
        )
    },
    too_short: |least| format!("كلمة المرور قصيرة. أقل عدد للأحرف: {least}"),
    you_sign_in_with: "تسجّل الدخول بهذا العنوان",
    show_password: "إظهار كلمة المرور",
    password_is_set: "تم تعيين كلمة المرور.",
    change_password: "تغيير كلمة المرور",
    current_password: "كلمة المرور الحالية",
    new_password: "كلمة المرور الجديدة",
    password_is_changed: "تم تغيير كلمة المرور.",
    others_end: "سيتم تسجيل خروجك من كل الأجهزة الأخرى.",

    follow_ups: "الحالات",
    refresh: "تحديث",
    cases: |many| {
        if many == 0 {
            "لا توجد حالات.".to_owned()
        } else {
            format!("عدد الحالات: {many}")
        }
    },
    new_cases: |many| format!("حالات جديدة: {many}"),
    list_changed: "تغيّرت القائمة",
    nothing_here: "لا شيء للمتابعة هنا. أحسنت.",
    show_more: "عرض المزيد",
    tabs: "الحالات",
    tab: |tab| match tab {
        Tab::Open => "المفتوحة",
        Tab::New => "الجديدة",
        Tab::Due => "مستحقة اليوم",
        Tab::Overdue => "المتأخرة",
        Tab::Closed => "المغلقة",
    },
    owner: "المسؤول",
    everybody: "الجميع",
    any: "أي سبب",

    state: |state| match state {
        State::New => "جديدة",
        State::Acknowledged => "مستلَمة",
        State::Contacted => "تم التواصل",
        State::Resolved => "محلولة",
        State::NoAnswer => "لا رد",
        State::NotNeeded => "لا حاجة",
    },
    action: |action| match action {
        Action::Acknowledge => "استلام",
        Action::Contact => "تم التواصل",
        Action::Resolve => "حل",
        Action::NoAnswer => "لا رد",
        Action::NotNeeded => "لا حاجة",
        Action::Reopen => "إعادة الفتح",
        Action::Assign => "تسليم إلى آخر",
        Action::RootCause => "السبب الجذري",
        Action::Note => "ملاحظة",
    },
    done: |action| match action {
        Action::Acknowledge => "تم الاستلام.",
        Action::Contact => "سُجّل أنك تواصلت مع العميل.",
        Action::Resolve => "تم الحل.",
        Action::NoAnswer => "أُغلقت: لم يرد أحد.",
        Action::NotNeeded => "أُغلقت: لا حاجة إلى شيء.",
        Action::Reopen => "أُعيد فتحها.",
        Action::Assign => "تم التسليم.",
        Action::RootCause => "سُجّل السبب الجذري.",
        Action::Note => "سُجّلت الملاحظة.",
    },
    promise: |promise| match promise {
        Promise::Acknowledge => "الاستلام",
        Promise::Contact => "التواصل مع العميل",
        Promise::Resolve => "الإغلاق",
    },
    what_to_do: "ما يمكن فعله",
    what_was_done: "ما الذي تم",
    why_not_needed: "لماذا لا حاجة إلى شيء",
    note: "ملاحظة",
    may_be_left_out: " (اختياري)",
    to: "إلى",
    choose: "يُرجى الاختيار…",
    not_known: "غير معروف",
    followed_up_by: "يتابعها",
    promised: "المواعيد",
    kept: "في الموعد",
    was_late: "تأخّر",
    by_then: |moment| format!("حتى {moment}"),
    answer: "الإجابة",
    no_answer_seen: "لا توجد إجابة لعرضها.",
    what_else: "معلومات أخرى",
    given: "وقت الإجابة",
    finished: "مكتملة",
    yes: "نعم",
    no: "لا",
    customer: "العميل",
    nobody_knows: "لا أحد يعرف من هو.",
    known_as: |id| format!("معروف بالرقم {id}"),
    scores_so_far: "التقييمات السابقة",
    its_case: "الحالة",
    went_with_customer: "ما كُتب هنا حُذف مع بيانات العميل.",
    what_happened: "ما حدث",
    happened: |entry, to| match entry.what {
        Happened::Opened if to.is_empty() => "فتح الحالة".to_owned(),
        Happened::Opened => format!("فتح الحالة بموجب القاعدة «{to}»"),
        Happened::State => format!("غيّر حالتها إلى: {to}"),
        Happened::Assigned => format!("سلّمها إلى {to}"),
        Happened::Escalated => match entry.promise {
            Some(missed) => format!("رفعها إلى مستوى أعلى: تأخّر «{}»", (WORDS.promise)(missed)),
            None => "رفعها إلى مستوى أعلى".to_owned(),
        },
        Happened::RootCause => format!("حدّد السبب الجذري: {to}"),
        Happened::Note => "كتب ملاحظة".to_owned(),
        Happened::Answered if entry.erased => "سجّل تقييمًا آخر".to_owned(),
        Happened::Answered => {
            format!("سجّل تقييمًا آخر: {to} بدلًا من {}", entry.from.as_deref().unwrap_or_default())
        }
        Happened::Reopened => "أعاد فتحها".to_owned(),
        Happened::Mailed => format!("أرسل بريدًا إلى {to}"),
        Happened::NotMailed => format!("تعذّر عليه إرسال بريد إلى {to}"),
        Happened::Erased => "حذف بيانات العميل".to_owned(),
    },
    operator: "مسؤول النظام",
    key: |name| format!("{name} (مفتاح)"),

    numbers: "الأرقام",
    no_such_agent: "لا يوجد هذا الموظف بين من ترى أرقامهم.",
    period: "الفترة",
    since: |since| match since {
        Since::Quarter => "3 أشهر",
        Since::Year => "12 شهرًا",
        Since::Ever => "كل الفترات",
    },
    answers: |many| format!("عدد الإجابات: {many}"),
    no_answers: "لم يُجب أحد في هذه الفترة.",
    between: |low, high| {
        format!(
            "القيمة الحقيقية بين \u{2066}{low}\u{2069} و\u{2066}{high}\u{2069}: هذا مدى الصدفة، 19 مرة من كل 20."
        )
    },
    still_wide: "هذه إجابات قليلة: كل إجابة جديدة ستغيّر الرقم كثيرًا.",
    target_of: |unit, target| format!("هدف {unit}: \u{2066}{target}\u{2069}"),
    met: |met| match met {
        Met::Met => "تحقق",
        Met::NotMet => "لم يتحقق",
        Met::NotCertain => "الإجابات أقل من أن تحسم ذلك",
    },
    scores: "التقييمات",
    categories: |category| match category {
        Category::Promoter => "مروّجون (9، 10)",
        Category::Passive => "محايدون (7، 8)",
        Category::Detractor => "منتقدون (0 إلى 6)",
    },
    over_time: "شهرًا بشهر",
    trend_explained: "تبيّن الخطوط مدى الصدفة. حيث تتداخل قد لا يكون هناك أي تغيّر.",
    trend_withheld: "لا يوجد شهر فيه إجابات كافية لعرضها.",
    as_table: "في جدول",
    month: "الشهر",
    interval: "بين",
    answers_head: "الإجابات",
    too_few: "أقل من أن تُعرض",
    target: "الهدف",
    comments: "ما كتبه العملاء",
    no_comments: "لم يكتب أحد شيئًا في هذه الفترة.",
    open_cases: |many| format!("الحالات المفتوحة: {many}"),
    closed_cases: |many| format!("الحالات المغلقة: {many}"),
    overdue: |many| format!("المتأخرة: {many}"),
    no_cases: "لا توجد.",
    newest_of: |shown, all| format!("المعروض {shown} من {all}."),
};
