"""The bytes that Jasmine stores, written down.

Printed once by `python -m tests.crypto.by_hand`, an implementation of its own. If a test disagrees with them, you
changed what is on disk: write a migration, do not edit the answer.
"""

ROOT_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
RING = """{
"layout": 1,
"next": 5,
"pairs": [
{
"number": 1,
"week": null,
"content": "oKGio6SlpqeoqaqrwQpJhxtX5sWLDrzNBa1lRkvzyQ+b4jot8XuyAJ1JUhKGAx2cVYoizHtVfuXTstii",
"index": "oKGio6SlpqeoqaqrOxgzl9o7LPbKRANXjVa64wtf84aowrIEZ7AUrJs6Wbg7gWK2PZ/3Kl7qOgXaz2xJ"
},
{
"number": 2,
"week": 105705,
"content": "oKGio6SlpqeoqaqrnqKnva8yT0cnF0gPgomgScB9qen6bT0CBoTChWcK9cPoAd19onRZSV/EQQzA8sks",
"index": "oKGio6SlpqeoqaqrJshGVQLonC69lTOFuEcdiAGpRZOmPpiYjoXDkkYS/d9cT1Lq8AAmQ0dvEBUTETyA"
},
{
"number": 3,
"week": 105705,
"content": "oKGio6Slpqeoqaqr3sz9a9C5HoG6Eaxx/ZEMt1GGAWq3jZZHSDQUBFBUKF/zYEnu2vvXr0dn5FO6C5hL",
"index": "oKGio6SlpqeoqaqrTVFaocw+P4gdtUN6aWLAxT+sOjBcdKic1nScmolRAdUy5FgwJfiKQ5c7/Qlejjm0"
},
{
"number": 4,
"week": 105706,
"content": "oKGio6SlpqeoqaqrBbfQr+FpJ15zq3+ZLglbJ3RCbxBraer4x/Bud+lG3BAlKfj7IuBwYc6Bwa7zlcnh",
"index": "oKGio6SlpqeoqaqrB9rnDpObzsLiB7kIXTH/6dI6Jp76zv2/B+WYMdaDMDhh0UqELsk6elfDMk3SxcKu"
}
]
}"""

SEALED = {
    "standing": """
        4a310100000001a0a1a2a3a4a5a6a7a8a9aaab1c89d5520dcf06620b3166ba5f76555f78acb4fb13bba8d682dd1c9b0b
        48a9a6dce0e19faa6cc06c029b65836ebf70e545ef02cba4ada91cc26f618c828a6a04bc9b577276f066f402c0f18513
        517c390039f35591c465f056db2bdfdaa34504
    """,
    "weekly": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaabd519c771faa793017c82313177c80a017e1d1e1997cde919bf1e84b379
        7d123e9c0b08454bb2c329196c3f8af1397dc9a2ccca08340775d724928e555a4d1c377d80e636f16b7611cdbece7da2
        756274237449fa4dd4ae8c9d15cdeadf8b5d60
    """,
    "another label": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaab25f6adf1ac4d287d992da6aece92a30ee0351ef0aac6e686ba25e60ba1
        7e7a12ce9599f09699d51319d1f1f99f9278b808ebd0d77eb251c14f2f5c5e42659033a203ab1e3130e409a4bb6d9f62
        bb8653aa9616bb845e1b74b1266976c10b9dc2
    """,
    "another row": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaab1e2ea6f106a61fd8c46e8900cabd6af201681367eceaa3b350ff5eaf75
        1bf2f9c4d85cdb972c00dc3a8c9f016924c93841163a91445d7067ebb35183f4be15cb8a0234264cf7a57a79a775394b
        4671e026e456273ab84b22d9ea53e531311244
    """,
    "another week": """
        4a310100000004a0a1a2a3a4a5a6a7a8a9aaab3a4ea4586151008ba2cdba378265646cc88b7317ab7bcf0a8fd2485d1e
        ae18926eae9cd77758bba1115ea711cf865fed3f786382fdc8a9b4019e73e6c553cab65c19e16440a488a5f3d2d95ec3
        b5de84034bcbc794d5a276d985326dd68e49f9
    """,
    "nothing": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaab25f6adf1ac4d287d992da6aece92a30e503a80ee321903fe1f4120c65a
        34f018c58a71500fe4d1655ec09028d304e1e4f688972b497f24935523018b036ae07894c5930de3be3c12a2768543a8
        d1d0b5eb92eb861d6f998fbeb778def40cd495
    """,
    "62 bytes, which fill the smallest class": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaab8146ba6f44069c56bdcfce0ae5f12af1f3b6c89e4cbaa43b98d5eabe7b
        27ea373f4ac73a371e263ebad6b6be52c960491abea031d4cc8d31337428e59fa014f6e2518cb0f0cc2bc2baaac3db6e
        6bc8a99b351205d3e0f247a44a3bcc85cd69f8
    """,
    "63 bytes, which need the next": """
        4a310100000003a0a1a2a3a4a5a6a7a8a9aaab8146ba6f44069c56bdcfce0ae5f12af149375bd5a9f099146b6643b815
        c02ecfcfbd7a32f294a46700703626d782c018666330def3fb437e39e1f16b22bb9f5ca3377569b368fb26c0b83110db
        da720a22a1bbee3a7ce8ea3752223a48e119b8fe7f88e958f6c79e8055c3fad0c8e950d6c0570bc0c2baa04a95a6226d
        727a9d3148e8e1e8f89004b43bfcd90c0a2e69bf97ad07ae687aabf4366462bc2ad05d
    """,
}
SHA256_OF_THE_LONGEST = "339ee765add4b628428b8ca438ce9ddb05a2af7c9390219bc8057b2280099bf8"

# Under the index key of each number, 1 to 4.
TOKENS = {
    ("phone", 1, "+33639981234"): [
        7_631_983_513_127_929_066,
        8_577_159_750_076_986_452,
        -4_285_833_613_557_270_470,
        609_023_039_747_124_698,
    ],
    ("phone", 1, "981234"): [
        6_554_660_558_747_170_636,
        1_534_178_948_725_329_425,
        -9_197_224_536_353_589_439,
        -7_256_186_913_929_128_008,
    ],
    ("email", 1, "m.durand@example.org"): [
        -9_207_115_783_883_198_614,
        -3_206_984_867_387_784_750,
        -188_718_124_536_890_603,
        8_749_985_498_040_938_516,
    ],
    ("handle", 1, "telegram:nightowl"): [
        -5_105_182_099_572_103_830,
        -8_052_508_414_934_085_937,
        -8_010_750_917_998_914_402,
        -7_992_795_748_380_170_029,
    ],
    ("name", 1, "щербаков"): [
        5_524_935_925_003_652_458,
        -7_126_978_653_136_966_847,
        6_331_786_612_530_865_343,
        -4_492_809_956_273_842_588,
    ],
    ("plate", 1, "AB123CD"): [
        4_139_877_186_572_964_510,
        3_582_143_283_261_278_295,
        8_433_162_428_551_291_325,
        5_388_110_188_481_409_811,
    ],
    ("pseudonym", 1, "heron"): [
        2_852_688_361_040_330_736,
        -1_131_389_052_499_711_213,
        5_198_365_837_794_970_881,
        2_699_722_121_391_964_152,
    ],
    ("author", 1, "00112233-4455-4677-8899-aabbccddeeff"): [
        3_894_404_048_260_063_061,
        8_786_482_846_250_316_711,
        -7_638_059_863_831_660_512,
        328_305_342_696_320_755,
    ],
    ("author", 1, "group:night-van"): [
        -8_090_659_478_629_131_476,
        7_509_708_952_745_832_936,
        -3_071_825_635_454_938_907,
        3_991_665_848_333_058_225,
    ],
    ("author", 1, "organisation"): [
        -2_198_075_887_717_427_147,
        -5_744_511_398_470_265_475,
        8_090_253_618_608_539_894,
        8_460_963_388_079_314_792,
    ],
    ("ref", 1, "2024-017"): [
        -9_158_705_521_437_471_428,
        201_598_092_767_482_516,
        -5_898_373_113_810_252_149,
        3_683_073_315_728_533_326,
    ],
    ("draft", 1, "00112233-4455-4677-8899-aabbccddeeff"): [
        6_574_643_749_623_228_477,
        6_112_531_860_304_897_799,
        -8_194_189_477_112_324_458,
        -7_770_868_239_514_920_379,
    ],
}

SESSION_NAME = "DDXNpYDvGKKN7LW2ZzCfkOXUXhL9rvttFQ-HAgqw"
SESSION_DATA = (
    "SjEBAAAAAKChoqOkpaanqKmqq+zxwtlAwdjGhByHaCwTc7wSvHreiiWUO3ABwRUwV7FUO9RZXBvjJau7rwVrwcBwrqRJW0GP"
    "da3+K+h1jDDjyhL0BYm+8UOBIj1gFPkRbZIpQIHL5HGNcX6GMoKFQ6yQuw=="
)
DERIVED = "1f8aac95b3ecd55c40b2556c0e044a1d0b0012956ffbb42f13766d8b90cce2e3"
