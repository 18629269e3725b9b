/// The words of ``EnglishText``.
enum EnglishWords {
    /// About in the order of their frequency in English.
    static let byFrequency = """
        the of and to in is was he for it with as his on be at by had not are but from or have an they which one you \
        were all her she there would their we him been has when who will no more if out so up said what its about \
        than into them can only other time new some could these two may first then do any like my now over such our \
        man me even most made after also did many off before must well back through years much where your way down \
        should because long each just state those people too mr how little good world make very year still see own \
        work men day get here old life both between being under three never know same last another while us might \
        great go come since against right came take used himself few house use place during high without again home \
        around small however found thought went say part once general war school every does got left number course \
        until always away something fact though water less public put think almost hand enough far took head yet \
        government system better set told nothing night end why called didnt eyes find going look asked later knew \
        point next program city business give group toward young days let room word present side social given \
        several order national second face possible among form important often things looked early white case large \
        four big need within felt best church ever children power light thing development others interest members \
        family open god along want least matter mind country seemed certain service done different half began \
        whether help line name turned problem saw free means itself action area gave following human together money \
        show body car above play keep local really seen community age ground already feet table history behind cost \
        act whole reason seem field land study quite century held themselves job air level office death experience \
        result today question door moment special street anything company across am kind words known information \
        president necessary woman short week figure past shall music cannot full having per believe read hold voice \
        rate policy close tell party six wife control real political position particular strong evidence paper leave \
        further available clear hear able effect surface law morning hundred boy sense building change girl view ten \
        understand road material feeling tax rest plan class future value force front near south hard north simply \
        true common type love west report late blood data center single father cold third ago live walked process \
        story five nature hair probably run making move difficult growth sound tried industry fire basic stood alone \
        wrote required trade foreign attention list picture cut dark living increase brought idea support simple \
        board temperature pressure space higher private eight fine red section stage natural method knowledge return \
        middle friend game answer student doctor island machine river window garden letter season winter summer \
        engine bridge market village captain journey silver harbour valley mountain forest weather pattern measure \
        distance signal station travel careful silence corner bottle kitchen finger yellow visit border collect \
        promise discuss explain consider describe produce remain accept follow arrive expect suggest develop \
        continue represent carry drink listen gather decide recognize establish examine provide operate perhaps \
        slowly suddenly nearly clearly quickly recently usually exactly finally directly especially generally \
        certainly completely apparently immediately obviously entirely previous various similar separate ordinary \
        original complete familiar railway steamer species cabinet variety structure organ instinct naturalist \
        geology climate ocean current tropical breed pigeon inherit offspring ancestor extinct formation deposit \
        stratum glacier migrate hybrid fertile sterile cultivate domestic selection struggle existence perish \
        plumage insect blossom pollen nectar seedling orchard harvest thunder lightning horizon compass anchor \
        rudder cargo merchant customs parliament minister colonel regiment trumpet cottage chimney carpet mirror \
        candle whisper murmur laughter sorrow triumph misfortune gratitude patience curiosity ambition jealousy \
        prudence vanity folly wisdom
        """
}
