
## Кодифікатор територій

territory-title = Територія
territory-lead = Області, райони, громади, міста й села України за офіційним кодифікатором.
territory-search-label = Назва або код
territory-regions = Регіони України
territory-found = { $n ->
    [one] Знайдено { $n } одиницю
    [few] Знайдено { $n } одиниці
   *[many] Знайдено { $n } одиниць
}
territory-nothing = Нічого не знайдено
territory-nothing-hint = Перевірте написання або введіть лише початок назви. Шукати можна українською й латиницею, за назвою або за кодом КАТОТТГ.
territory-more = Показано перші збіги. Уточніть назву або додайте після коми область чи район: «Іванівка, Одеська область».
territory-found-by-former-name = знайдено за колишньою назвою
territory-closed = немає в чинній редакції
territory-closed-since = Цієї одиниці немає в кодифікаторі з редакції від { $date }.
territory-level = Рівень
territory-code = Код КАТОТТГ
territory-name = Назва
territory-other-name = Назва англійською
territory-belongs = Входить до
territory-from = З редакції
territory-to = До редакції
territory-now = чинна
territory-history = Історія змін
territory-history-hint = Дата — це редакція кодифікатора, у якій зміну видно вперше.
territory-successors = Увійшла до складу
territory-predecessors = Приєднала
territory-served-by = На цьому сервері працює громада:
territory-communities-here = Громади на цьому сервері
territory-edition = Кодифікатор КАТОТТГ, редакція від { $date }.
territory-edition-source = Дату вихідної редакції вказав укладач файлу; у ньому є перейменування вересня 2024 року.

territory-level-oblast = Область
territory-level-republic = Автономна республіка
territory-level-special-city = Місто зі спеціальним статусом
territory-level-raion = Район
territory-level-community = Територіальна громада
territory-level-city = Місто
territory-level-urban-settlement = Селище міського типу
territory-level-settlement = Селище
territory-level-village = Село
territory-level-city-district = Район у місті
territory-level-oblast-count = { $n ->
    [one] { $n } область
    [few] { $n } області
   *[many] { $n } областей
}
territory-level-special-city-count = { $n ->
    [one] { $n } місто зі спеціальним статусом
    [few] { $n } міста зі спеціальним статусом
   *[many] { $n } міст зі спеціальним статусом
}
territory-level-raion-count = { $n ->
    [one] { $n } район
    [few] { $n } райони
   *[many] { $n } районів
}
territory-level-community-count = { $n ->
    [one] { $n } громада
    [few] { $n } громади
   *[many] { $n } громад
}
territory-level-city-count = { $n ->
    [one] { $n } місто
    [few] { $n } міста
   *[many] { $n } міст
}
territory-level-urban-settlement-count = { $n ->
    [one] { $n } селище міського типу
    [few] { $n } селища міського типу
   *[many] { $n } селищ міського типу
}
territory-level-settlement-count = { $n ->
    [one] { $n } селище
    [few] { $n } селища
   *[many] { $n } селищ
}
territory-level-village-count = { $n ->
    [one] { $n } село
    [few] { $n } села
   *[many] { $n } сіл
}
territory-level-city-district-count = { $n ->
    [one] { $n } район у місті
    [few] { $n } райони в місті
   *[many] { $n } районів у місті
}

territory-import-row = Рядок { $row }: { $what }
territory-import-columns = у заголовку бракує стовпців: { $columns }.
territory-import-empty = У файлі немає жодного рядка.
territory-import-workbook = Це книга Excel. Збережіть аркуш як CSV зі стовпцями code, parent, category, name.
territory-import-not-utf8 = текст не в кодуванні UTF-8.
territory-import-broken-row = рядок не читається: перевірте лапки й кількість стовпців.
territory-import-bad-code = «{ $code }» не є кодом: потрібні UA і 17 цифр.
territory-import-bad-category = рівня «{ $category }» немає; є O, K, P, H, M, T, X, C, B.
territory-import-bad-name = назва «{ $name }» порожня, задовга або без літер.
territory-import-bad-depth = у коді { $code } є цифри, нижчі за рівень { $category }.
territory-import-twice = об’єкт { $tail } уже є в рядку { $first }.
territory-import-no-parent = вищої одиниці { $parent } у файлі немає.
territory-import-bad-parent = рівень { $category } не може стояти під рівнем { $parent }.
territory-import-foreign-code = код { $code } не починається з { $prefix }, як код вищої одиниці.
territory-import-bad-date = «{ $date }» не є датою редакції: потрібно РРРР-ММ-ДД.
territory-import-future = Редакція від { $date } ще не настала.
territory-import-older = Редакція від { $date } старіша за чинну від { $known }.
territory-import-closes-too-much = Файл закриває { $closed } одиниць із { $open }. Якщо це не помилка, повторіть із --force.
territory-successors-columns = у заголовку файлу наступників бракує стовпців: { $columns }.
territory-successors-broken-row = рядок файлу наступників не читається.
territory-successors-bad-code = наступники: «{ $code }» не є кодом.
territory-successors-bad-date = наступники: «{ $date }» не є датою, потрібно РРРР-ММ-ДД.
territory-successors-no-act = наступники: не вказано акт.
territory-successors-itself = наступники: { $code } не може бути наступником самого себе.
territory-successors-still-open = наступники: об’єкт { $tail } є в цій редакції, отже не закритий.
territory-successors-unknown = наступники: об’єкта { $tail } цей сервер не знає.
territory-successors-no-successor = наступники: наступника { $tail } немає в цій редакції.

territory-report-written = Редакцію від { $date } імпортовано.
territory-report-dry = Перевірка без запису: редакція від { $date }.
territory-report-nothing = Редакція від { $date }: змін немає.
territory-report-refused = { $n ->
    [one] Файл не прийнято, нічого не змінено: { $n } помилка.
    [few] Файл не прийнято, нічого не змінено: { $n } помилки.
   *[many] Файл не прийнято, нічого не змінено: { $n } помилок.
}
territory-report-counts = У файлі: { $objects }. Додано: { $added }, перейменовано: { $renamed }, переміщено: { $moved }, змінено рівень: { $recategorised }, закрито: { $closed }, без змін: { $unchanged }, наступників: { $successors }.
territory-change-added = додано { $after }
territory-change-renamed = { $before } → { $after }
territory-change-moved = код { $before } → { $after }
territory-change-recategorised = рівень { $before } → { $after }
territory-change-closed = закрито { $before }

error-territory-unreadable = Файл { $path } не читається.
error-territory-import-running = Інший імпорт території щойно записав зміни. Повторіть спробу.

## Ролі
tenants-role-citizen = Мешканець
tenants-role-editor = Редактор
tenants-role-curator = Куратор
tenants-role-admin = Адміністратор
tenants-role-node-admin = Адміністратор вузла

## Обліковий запис
account-title = Мій обліковий запис
account-lead = Тут можна змінити ім’я та пароль і завершити сеанси на інших пристроях.
account-sign-in-title = Вхід
account-sign-in = Увійти
account-sign-in-failed = Електронна адреса або пароль не підходять.
account-signed-out = Ви вийшли.
account-to-register = Зареєструватися
account-register-title = Реєстрація
account-registered = Реєстрацію прийнято. Увійдіть з цією адресою та паролем. Якщо адреса вже мала обліковий запис, діє пароль від нього.
account-register-lead = Обліковий запис потрібен, щоб коментувати практики громади.
account-register = Зареєструватися
account-email = Електронна адреса
account-email-hint = Її бачать лише адміністратори громади. Вона не передається іншим серверам.
account-email-invalid = Введіть електронну адресу, наприклад olena@example.com.
account-email-taken = Ця адреса вже зареєстрована. Увійдіть або введіть пароль від неї.
account-email-unknown = На цьому вузлі немає людини з такою адресою. Спершу вона має зареєструватися.
account-name = Ім’я
account-name-hint = Так вас підписуватимуть на сайті.
account-name-title = Ім’я в підписах
account-name-required = Введіть ім’я, щонайменше дві літери.
account-name-long = Ім’я задовге: не більше ніж { $n } символів.
account-password = Пароль
account-password-hint = Щонайменше 10 символів. Найлегше запам’ятати кілька випадкових слів.
account-password-title = Пароль
account-password-current = Теперішній пароль
account-password-new = Новий пароль
account-password-change = Змінити пароль
account-password-changed = Пароль змінено. Сеанси на інших пристроях завершено.
account-password-wrong = Теперішній пароль не підходить.
account-password-short = Пароль закороткий: потрібно щонайменше { $n } символів.
account-password-long = Пароль задовгий: не більше ніж { $n } символів.
account-password-weak = Цей пароль легко вгадати. Додайте слів або змініть його.
account-renamed = Ім’я змінено.
account-duties = Ваші обов’язки
account-roles = Ваші ролі
account-actor = Адреса у федиверсі
account-until = до { $date }
account-until-never = безстроково
account-until-past = Ця дата вже минула.
account-role-unknown = Оберіть роль зі списку.
account-sessions = Сеанси
account-session-agent = Пристрій
account-session-began = Початок
account-session-seen = Остання дія
account-session-action = Дія
account-session-here = цей пристрій
account-session-end = Завершити
account-session-ended = Сеанс завершено.
account-agent-unknown = невідомий пристрій
error-account-too-many-tries = Забагато спроб. Спробуйте ще раз через { $n ->
    [one] { $n } хвилину
    [few] { $n } хвилини
   *[many] { $n } хвилин
}.
error-account-last-admin = Це останній адміністратор громади. Спершу призначте іншого.
error-account-last-node-admin = Це останній адміністратор вузла. Спершу призначте іншого.
error-account-registration-closed = Громада зараз не приймає нових реєстрацій. Зверніться до її адміністратора.
error-account-sign-in-failed = Електронна адреса або пароль не підходять.

## Адміністрування громади
tenants-admin-title = Адміністрування
tenants-admin-lead = Налаштування, люди, зв’язок з іншими серверами та журнал дій громади.
tenants-admin-settings = Профіль громади
tenants-admin-settings-hint = Назва, опис, контакти, колір і правила обговорень.
tenants-admin-people = Люди та ролі
tenants-admin-people-hint = Хто що може робити й до якого часу.
tenants-admin-federation = Зв’язок з іншими серверами
tenants-admin-federation-hint = Хто стежить за громадою, чи доходять повідомлення, кого заблоковано.
tenants-admin-audit = Журнал дій
tenants-admin-audit-hint = Кожна зміна з часом і автором. Рядки зчеплені, тому підміну видно.
tenants-admin-node = Вузол
tenants-admin-node-hint = Громади цього вузла та фонова робота.
tenants-admin-done = готово
tenants-admin-to-do = додайте опис і контакти
tenants-settings-saved = Налаштування збережено.
tenants-name-uk = Назва українською
tenants-name-en = Назва англійською
tenants-name-required = Введіть назву.
tenants-name-long = Назва задовга: не більше ніж { $n } символів.
tenants-text-long = Текст задовгий: не більше ніж { $n } символів.
tenants-about-uk = Про громаду українською
tenants-about-en = Про громаду англійською
tenants-about-field-hint = Кілька речень. Їх бачать на сторінці про сайт і в профілі у федиверсі.
tenants-contact = Контакт
tenants-contact-hint = Електронна адреса або телефон громади для звернень.
tenants-accent = Колір
tenants-moderation = Нові відповіді в обговореннях
tenants-moderation-hold = Чекають на перевірку модератором
tenants-moderation-show = З’являються одразу
tenants-registration = Дозволити реєстрацію мешканців
tenants-registration-hint = Без цього нових людей додає лише адміністратор.

## Люди
tenants-people-list = Учасники
tenants-people-name = Ім’я
tenants-people-email = Електронна адреса
tenants-people-roles = Ролі
tenants-people-since = Зареєстровано
tenants-people-revoke = Забрати
tenants-people-revoked = Роль забрано.
tenants-people-grant-title = Надати роль
tenants-people-grant = Надати роль
tenants-people-granted = Роль надано.
tenants-people-email-hint = Людина має вже бути зареєстрована на цьому вузлі.
tenants-people-role = Роль
tenants-people-choose = Оберіть роль
tenants-people-until = Діє до
tenants-people-until-hint = Останній день дії. Залиште порожнім, якщо роль безстрокова.
tenants-people-empty-title = Тут будуть учасники
tenants-people-empty = Щойно хтось зареєструється, ви побачите людину в цьому списку.
tenants-date-invalid = Введіть дату, наприклад 2027-01-31.

## Зв’язок з іншими серверами
tenants-federation-state = Стан
tenants-host = Сервер
tenants-action = Дія
tenants-never = ще не було
tenants-followers-hosts = Звідки стежать
tenants-followers-empty-title = Тут будуть сервери тих, хто стежить
tenants-followers-empty = Поки що ніхто не стежить. Поділіться адресою { $handle }.
tenants-peers = Доставка повідомлень
tenants-peers-empty-title = Тут буде видно доставку
tenants-peers-empty = Ми ще нікому нічого не надсилали.
tenants-peer-state = Стан
tenants-peer-waiting = Чекає
tenants-peer-last = Востаннє прийняв
tenants-peer-error = Остання помилка
tenants-peer-next = Наступна спроба
tenants-peer-well = усе доставлено
tenants-peer-sending = надсилаємо
tenants-peer-away = не відповідає
tenants-blocks = Заблоковані сервери
tenants-block-host = Сервер
tenants-block-hint = Наприклад spam.example. Разом з ним блокуються всі його піддомени.
tenants-block = Заблокувати
tenants-unblock = Розблокувати
tenants-block-of-node = заблокував вузол
tenants-blocked = Сервер { $host } заблоковано.
tenants-unblocked = Сервер { $host } розблоковано.
tenants-hub-none = національного вузла не задано
tenants-hub-searching = шукаємо національний вузол
tenants-hub-asked = чекаємо на відповідь національного вузла
tenants-hub-linked = з’єднано
tenants-hub-desk = Стіл практик
tenants-admitted = Допущені громади
tenants-admitted-at = Допущено
tenants-admitted-yes = допущено
tenants-admitted-no = допуск скасовано
tenants-admitted-now = Громаду допущено: { $name }.
tenants-admitted-empty-title = Тут будуть допущені громади
tenants-admitted-empty = Практики приймаються лише від допущених громад. Введіть адресу сайту першої з них.
tenants-admit = Допустити
tenants-admit-host = Адреса сайту громади
tenants-admit-hint = Наприклад lviv.example. Ми прочитаємо код КАТОТТГ з профілю громади.
tenants-withdraw = Скасувати допуск
tenants-withdrawn = Допуск { $host } скасовано.
tenants-unit-admitted = Громаду з цим кодом уже допущено за іншою адресою.
tenants-not-a-community = За цією адресою немає громади з кодом КАТОТТГ.
tenants-desk-practices = Кращі практики
tenants-desk-practices-about = Практики громад, які куратори прийняли до національного депозитарію.
error-tenants-no-answer = Сервер не відповів так, як мав би. Перевірте адресу або спробуйте пізніше.
error-tenants-host-blocked = Цей сервер заблоковано.
error-tenants-not-a-hub = Цей вузол не є національним.
error-tenants-hub-key = Національний вузол показав не той ключ, якого ми чекали.
error-tenants-suspended = Сайт громади тимчасово закрито.
error-tenants-unit-taken = Цю територію або адресу вже зайнято.
error-tenants-webfinger = Запит має називати обліковий запис або адресу.
error-federation-unreachable = Інший сервер зараз недоступний.
error-federation-refused = Інший сервер відповів не так, як мав би.
error-federation-not-there = На іншому сервері цього немає.
error-federation-blocked = Цей сервер заблоковано.
error-federation-not-an-actor = За цією адресою немає облікового запису.
error-federation-actor-gone = Цей обліковий запис видалено.
error-federation-handle = Адреса має вигляд @назва@сервер.
error-federation-handle-not-found = Такої адреси у федиверсі не знайдено.

## Журнал дій
tenants-audit-seq = Номер
tenants-audit-at = Час
tenants-audit-by = Хто
tenants-audit-action = Дія
tenants-audit-object = Над чим
tenants-audit-check = Перевірити цілість журналу
tenants-audit-whole = Журнал цілий. Перевірено рядків: { $n }.
tenants-audit-broken = Журнал пошкоджено, починаючи з рядка { $n }. Збережіть резервну копію й повідомте розробників.
tenants-audit-empty-title = Тут буде журнал
tenants-audit-empty = Кожна зміна лишає рядок: що, коли та ким зроблено.
audit-account-created = Створено обліковий запис
audit-account-registered = Реєстрація мешканця
audit-account-joined = Приєднання до громади
audit-account-signed-in = Вхід
audit-account-signed-out = Вихід
audit-account-session-ended = Завершено сеанс
audit-account-renamed = Змінено ім’я
audit-account-password-changed = Змінено пароль
audit-account-granted = Надано роль
audit-account-revoked = Забрано роль
audit-tenants-added = Створено громаду
audit-tenants-domain-added = Додано адресу сайту
audit-tenants-moved = Змінено головну адресу сайту
audit-tenants-suspended = Сайт призупинено
audit-tenants-resumed = Сайт відновлено
audit-tenants-profile-changed = Змінено профіль
audit-tenants-host-blocked = Заблоковано сервер
audit-tenants-host-unblocked = Розблоковано сервер
audit-tenants-admitted = Допущено громаду
audit-tenants-admission-withdrawn = Скасовано допуск
audit-follow-asked = Надіслано запит на стеження
audit-follow-accepted = Новий читач
audit-follow-ended = Читач відписався
audit-follow-blocked-by = Нас заблокували
audit-follow-accepted-by = Стеження підтверджено
audit-follow-rejected-by = Стеження відхилено
audit-follow-actor-gone = Читача видалено
audit-follow-inbox-changed = Читач змінив скриньку
audit-follow-inbox-gone = Сервер читачів зник

## Вузол
tenants-node-title = Вузол
tenants-node-lead = Громади, які обслуговує цей вузол, і його фонова робота.
tenants-node-tenants = { $n ->
    [one] громада
    [few] громади
   *[many] громад
}
tenants-node-waiting = { $n ->
    [one] завдання в черзі
    [few] завдання в черзі
   *[many] завдань у черзі
}
tenants-node-dead = { $n ->
    [one] невдале завдання
    [few] невдалі завдання
   *[many] невдалих завдань
}
tenants-node-list = Громади
tenants-node-name = Назва
tenants-node-host = Адреси
tenants-node-handle = У федиверсі
tenants-node-katottg = КАТОТТГ
tenants-node-state = Стан
tenants-node-action = Дія
tenants-node-add = Додати громаду
tenants-node-suspend = Призупинити
tenants-node-resume = Відновити
tenants-node-which = Громада
tenants-node-move-title = Змінити головну адресу сайту
tenants-node-move = Змінити адресу
tenants-node-new-host = Нова адреса
tenants-node-new-host-hint = Лише ім’я, наприклад lviv.example. Стара адреса й далі працюватиме.
tenants-state-active = працює
tenants-state-suspended = призупинено
tenants-suspended = Сайт громади призупинено.
tenants-resumed = Сайт громади відновлено.
tenants-moved = Головна адреса сайту тепер { $host }.
tenants-added = Громаду додано: { $name }.
tenants-new-title = Нова громада
tenants-new-unit = Знайдіть територію
tenants-new-hub = Національний вузол
tenants-new-hub-hint = Національний вузол збирає практики всіх громад. Він один на країну.
tenants-new-hub-link = Створити національний вузол
tenants-new-host = Адреса сайту
tenants-new-host-hint = Лише ім’я, наприклад lviv.example.
tenants-new-handle = Назва у федиверсі
tenants-new-handle-hint = Латиницею, наприклад lviv. Її не можна буде змінити.
tenants-new-submit = Створити
tenants-unit-search = Назва або код КАТОТТГ
tenants-unit-search-hint = Наприклад Львівська територіальна громада або UA46060250000025047.
tenants-unit-none-title = Нічого не знайдено
tenants-unit-none = Перевірте написання або введіть код.
tenants-unit-required = Оберіть територію.
tenants-unit-unknown = Такого коду немає в кодифікаторі.
tenants-unit-closed = Цієї території вже немає в кодифікаторі.
tenants-unit-taken = На цьому вузлі вже є громада з цим кодом.
tenants-hub-exists = Цей вузол уже має національний вузол.
tenants-host-invalid = Введіть ім’я сайту, наприклад lviv.example.
tenants-host-taken = Ця адреса вже зайнята.
tenants-host-ours = Це наш власний сайт.
tenants-handle-invalid = Від 2 до 30 символів: малі латинські літери, цифри та підкреслення. Першою має бути літера.
tenants-handle-reserved = Цю назву зайнято самою системою. Оберіть іншу.

## Перше налаштування
tenants-setup-site = Ратуша
tenants-setup-title = Перше налаштування
tenants-setup-lead = Оберіть територію, адресу сайту та створіть обліковий запис адміністратора. Ця сторінка відкривається лише з цього комп’ютера.
tenants-setup-name = Ваше ім’я
tenants-setup-submit = Почати роботу
tenants-setup-done = Готово: { $name }. Тепер увійдіть за новою адресою.

## Про сайт
tenants-about-default = Тут громада розповідає про рішення, які спрацювали, і обговорює їх з мешканцями.
tenants-about-hub-default = Національний депозитарій кращих практик громад України.
tenants-about-follow = Щоб стежити за новинами, знайдіть { $handle } у Mastodon або в іншій програмі федиверсу.
tenants-about-facts = Відомості
tenants-about-unit = Територія
tenants-about-katottg = КАТОТТГ
tenants-about-handle = Адреса у федиверсі
tenants-about-followers = Стежать
tenants-about-hub = Національний вузол
tenants-authenticity-1 = Адреса справжнього сайту громади опублікована на її офіційному порталі. Порівняйте її з тією, яку бачите в рядку адреси.
tenants-authenticity-2 = З’єднання має бути захищеним: у рядку адреси стоїть замок, а адреса починається з https.
tenants-authenticity-3 = Кожну публікацію громада підписує своїм ключем. Інші сервери перевіряють цей підпис самі.
tenants-authenticity-4 = Ми ніколи не просимо паролі, коди з банку чи гроші.
tenants-authenticity-facts = Що порівняти
tenants-authenticity-host = Адреса сайту
tenants-authenticity-key = Відкритий ключ громади
tenants-accessibility-1 = Ми прагнемо, щоб сайтом міг користуватися кожен. Орієнтир — ДСТУ EN 301 549 та WCAG 2.2 рівня AA.
tenants-accessibility-2 = Усе можна зробити лише з клавіатури й без JavaScript. Сторінки працюють зі зчитувачами з екрана, при збільшенні до 400 % і у високому контрасті.
tenants-accessibility-3 = Кожну сторінку перевіряє автоматична програма під час кожної зміни сайту. Перевірки з людьми з інвалідністю ще не було.
tenants-accessibility-4 = Долучені громадами документи можуть бути менш доступними. Біля кожного з них написано його тип і розмір.
tenants-accessibility-contact = Якщо щось незручно або не працює, напишіть нам: { $contact }.
tenants-privacy-1 = Щоб читати сайт, реєстрація не потрібна. Ми не ставимо лічильників, реклами чи файлів для стеження.
tenants-privacy-2 = Для облікового запису ми зберігаємо ім’я, електронну адресу та пароль. Адресу зашифровано, а пароль зберігаємо лише у вигляді, з якого його не відновити.
tenants-privacy-3 = Ім’я видно біля того, що ви опублікували. Електронну адресу бачать лише адміністратори громади. Іншим серверам вона не передається.
tenants-privacy-4 = Файли cookie потрібні лише для входу, вибору теми та повідомлення про щойно зроблену дію.
tenants-privacy-5 = Те, що ви публікуєте, надсилається серверам, які стежать за громадою. Якщо ви видалите публікацію, ми попросимо їх видалити копії, але не можемо цього гарантувати.
tenants-privacy-6 = Дії адміністраторів і редакторів записуються в журнал, щоб їх можна було перевірити.
tenants-privacy-contact = Щоб дізнатися, виправити чи видалити свої дані, напишіть нам: { $contact }.
tenants-source-title = Ліцензія та вихідний код
tenants-source-1 = Сайт працює на вільній програмі «Ратуша», яка поширюється за ліцензією AGPL-3.0 або новішою.
tenants-source-2 = Кожен може отримати вихідний код версії, що працює тут, перевірити його, змінити та встановити в себе.
tenants-source-version = Версія, яка працює зараз: { $version }.
