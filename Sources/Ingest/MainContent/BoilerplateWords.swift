/// Words that short lines of boilerplate are made of.
struct BoilerplateWords: Sendable {
  static let shared = BoilerplateWords()

  private let words: WordHashes
  private let months: WordHashes

  private init() {
    words = WordHashes(Self.vocabulary.flatMap { $0.words.utf8.split(separator: 0x20).map(Self.hash) })
    months = WordHashes(Self.monthNames.utf8.split(separator: 0x20).map(Self.hash))
  }

  /// By language. Words of two languages may stand in one of them only.
  private static let vocabulary: [(language: String, words: String)] = [
    (
      "English",
      """
      share shared shares tweet facebook twitter instagram linkedin pinterest whatsapp youtube email mail print subscribe \
      subscribed newsletter newsletters signup sign login log logout register account password cookies cookie privacy \
      policy terms conditions copyright reserved rights comments comment reply replies related similar recommended popular \
      trending latest recent posts post posted read more next previous prev home menu navigation search skip close open \
      cart checkout wishlist shop buy now sponsored advertisement advertising ads promoted follow us contact about faq \
      help support sitemap tags tag filed categories category archives archive author by updated published views likes \
      loading load all back top click here download app edit report permalink join member members forgot leave your \
      website required fields powered theme toggle also see subscribers inbox unsubscribe topics stories articles article \
      news most continue reading view show less rss feed
      """
    ),
    (
      "German",
      """
      teilen geteilt drucken abonnieren abo anmelden anmeldung registrieren passwort datenschutz datenschutzerklärung \
      impressum agb kommentar kommentare kommentieren antworten antwort ähnliche passende weitere weiterlesen mehr zum \
      thema themen lesen auch dazu beitrag beiträge artikel zurück übersicht weiter suche suchen anzeige werbung \
      gesponsert folgen folge uns kontakt über hilfe startseite schlagwörter kategorie kategorien veröffentlicht \
      aktualisiert stand autor quelle foto bild nach oben hier klicken herunterladen warenkorb kaufen versand schließen \
      könnte dich sie interessieren beliebt meistgelesen neueste jetzt kostenlos einwilligung zustimmen
      """
    ),
    (
      "French",
      """
      partager imprimer abonner abonnez vous inscrire inscription connexion connectez mot passe confidentialité mentions \
      légales conditions commentaire commentaires répondre réagir articles lire aussi suite voir plus précédent suivant \
      accueil recherche rechercher publicité sponsorisé suivez nous contactez propos aide catégorie étiquettes publié \
      modifié mis jour auteur crédit crédits photos retour haut cliquez ici télécharger panier acheter fermer aimerez \
      similaires recommandés populaires derniers consentement
      """
    ),
    (
      "Spanish",
      """
      compartir imprimir suscribirse suscríbete suscripción registrarse regístrate iniciar sesión contraseña privacidad \
      aviso legal términos comentario comentarios responder relacionados relacionadas leer lea también más ver anterior \
      siguiente inicio buscar publicidad patrocinado síguenos síganos contacto sobre ayuda categoría categorías etiquetas \
      publicado actualizado fuente volver arriba haga clic aquí descargar carrito comprar cerrar puede interesar \
      interesarle noticias últimas populares
      """
    ),
    (
      "Italian",
      """
      condividi stampa iscriviti iscriversi accedi registrati password informativa commenti commento rispondi correlati \
      leggi anche altri articoli precedente successivo cerca pubblicità seguici contatti chi siamo aiuto categorie \
      pubblicato aggiornato autore fonte torna su clicca qui scarica carrello acquista chiudi potrebbe interessarti \
      notizie
      """
    ),
    (
      "Portuguese",
      """
      compartilhar compartilhe assine assinar entrar cadastre senha privacidade comentário comentários responder \
      relacionadas relacionados leia também mais veja próximo pesquisar publicidade siga contato sobre ajuda publicado \
      atualizado fonte voltar topo clique baixar carrinho fechar notícias últimas
      """
    ),
    (
      "Dutch",
      """
      delen afdrukken abonneren aanmelden inloggen wachtwoord privacybeleid voorwaarden reacties reactie reageer \
      gerelateerd lees ook meer vorige volgende zoeken advertentie volg ons over hulp trefwoorden categorieën gepubliceerd \
      bijgewerkt auteur bron terug naar boven klik
      """
    ),
    (
      "Polish",
      """
      udostępnij drukuj subskrybuj zapisz się zaloguj zarejestruj hasło polityka prywatności regulamin komentarze \
      komentarz odpowiedz powiązane podobne czytaj też także więcej zobacz poprzedni następny szukaj reklama sponsorowany \
      obserwuj kontakt pomoc tagi kategorie opublikowano aktualizacja autor źródło powrót kliknij pobierz koszyk zamknij \
      polecane popularne najnowsze
      """
    ),
    (
      "Swedish",
      """
      dela skriv prenumerera logga lösenord kommentarer svara relaterade läs också fler föregående nästa sök annons följ \
      kontakta hjälp
      """
    ),
    (
      "Danish",
      """
      del udskriv tilmeld kommentar læs også mere forrige næste søg følg kontakt
      """
    ),
    (
      "Russian",
      """
      поделиться подписаться подписывайтесь войти регистрация пароль комментарии комментарий ответить читайте также читать \
      далее ещё еще следующая предыдущая поиск реклама контакты помощь теги рубрика опубликовано автор источник наверх \
      скачать корзина закрыть новости Поделиться Подписаться Подписывайтесь Войти Регистрация Комментарии Читайте Читать \
      Реклама Источник Автор Теги Новости
      """
    ),
    (
      "Turkish",
      """
      paylaş yazdır abone giriş şifre yorum yorumlar cevapla ilgili oku ayrıca sonraki önceki ara reklam takip iletişim \
      hakkında
      """
    ),
  ]

  private static let monthNames = """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct \
    nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre \
    novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    """

  private static func hash(_ word: Substring.UTF8View) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }

  @inline(__always) private func forEachWord(_ text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Bool) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var length = 0
    for byte in text {
      if isASCIILetter(byte) || byte >= 0x80 {
        hash = (hash ^ UInt64(lowercased(byte))) &* 0x0000_0100_0000_01B3
        length &+= 1
      } else if length > 0 {
        if !body(hash) { return }
        hash = 0xCBF2_9CE4_8422_2325
        length = 0
      }
    }
    if length > 0 { _ = body(hash) }
  }

  /// The share of the words that are in the list, 0...1.
  func share(of text: UnsafeBufferPointer<UInt8>) -> Float {
    var all = 0
    var found = 0
    forEachWord(text) { hash in
      all += 1
      if words.contains(hash) { found += 1 }
      return true
    }
    return all == 0 ? 0 : Float(found) / Float(all)
  }

  func hasMonth(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var found = false
    forEachWord(text) { hash in
      found = months.contains(hash)
      return !found
    }
    return found
  }
}

/// A set of hashes, by open addressing.
private struct WordHashes: Sendable {
  private var slots: [UInt64]
  private let mask: Int

  init(_ hashes: [UInt64]) {
    var size = 64
    while size < hashes.count * 4 { size *= 2 }
    mask = size - 1
    slots = [UInt64](repeating: 0, count: size)
    for hash in hashes where !contains(hash) {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = hash
    }
  }

  @inline(__always) func contains(_ hash: UInt64) -> Bool {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] == hash { return true }
      slot = (slot + 1) & mask
    }
    return false
  }
}
